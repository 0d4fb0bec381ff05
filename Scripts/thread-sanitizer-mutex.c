// Tells the thread sanitizer what Swift's Mutex orders.
//
// Where nobody waits, a Mutex is taken and given back by atomics in the code that uses it, which the sanitizer sees. Where
// somebody waits, it is done in the toolchain's library, which is not instrumented: what the lock guards looks like a race.
// Loaded before that library, these two stand in for its functions, do the same, and say it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SELF __attribute__((swift_context)) void *

typedef __attribute__((swiftcall)) void (*lock_function)(uint32_t thread, SELF);
typedef __attribute__((swiftcall)) void (*unlock_function)(SELF);

__attribute__((swiftcall)) void lock_slow(uint32_t thread, SELF self) __asm__(LOCK_SLOW);
__attribute__((swiftcall)) void unlock_slow(SELF self) __asm__(UNLOCK_SLOW);

__attribute__((swiftcall)) void lock_slow(uint32_t thread, SELF self) {
  ((lock_function)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, self);
  __tsan_acquire(self);
}

__attribute__((swiftcall)) void unlock_slow(SELF self) {
  __tsan_release(self);
  ((unlock_function)dlsym(RTLD_NEXT, UNLOCK_SLOW))(self);
}
