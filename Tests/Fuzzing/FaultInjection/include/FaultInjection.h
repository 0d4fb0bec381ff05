// Interposes system calls of a program that is started with this library in LD_PRELOAD; see faults.c.
