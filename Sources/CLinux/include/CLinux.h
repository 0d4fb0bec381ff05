#ifndef CLINUX_H
#define CLINUX_H
int clinux_pidfd_open(int pid);
#endif
