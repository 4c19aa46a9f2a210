/* The proof of --prove: a guest of a few instructions that really runs through /dev/kvm. */
#ifndef HC_PROVE_H
#define HC_PROVE_H

#include <stddef.h>

/* Runs the guest on an open /dev/kvm and writes what came of it into text as lines "name=value\n", whole ones only and
 * always NUL-terminated (nothing where size is 0). Returns the length. Creates VMs and vCPUs and takes all away again.
 *
 *   create, vcpu            "ok" or the name of an errno; the next lines follow only where both are ok
 *   real_mode, protected_mode, long_mode, sse, popcnt, x87, loop
 *                           "ok"; "absent" (popcnt, where this CPU has none); the name of an errno;
 *                           "internal_error:N" (N: suberror), "shutdown" (triple fault), "fail_entry",
 *                           "exit:N" (N: another exit reason), "wrong_byte", or "timeout"
 *   loop_guest_ns, loop_native_ns, loop_ratio
 *                           the same loop in the guest and here, and how many times slower the guest was (at least 1);
 *                           only where loop is ok
 */
size_t hc_kvm_prove(int kvm, char *text, size_t size);

#endif
