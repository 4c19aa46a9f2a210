/* A guest of a few instructions, run in each of the modes that a stock kernel goes through while it boots.
 *
 * KVM's interface: Documentation/virt/kvm/api.rst of Linux, here "api.rst". The CPU: Intel SDM, by title where the
 * chapters moved between editions. */
#include "prove.h"

#include "unix/errno_name.h"

#include <asm/processor-flags.h>
#include <cpuid.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Guest-physical addresses, and linear ones as well: every mode here maps them onto themselves. */
#define PML4         0x1000u
#define PDPT         0x2000u
#define PD           0x3000u
#define CODE         0x4000u /* below 64 KiB, so that real mode reaches it */
#define SCRATCH      0x5000u
#define MEMORY_BYTES 0x6000u

/* Three pages that VT-x needs where it cannot run real mode by itself (api.rst, 4.36): QEMU's address, behind the page
 * that KVM takes by default for a second need of the same kind (4.40). */
#define TSS_ADDRESS 0xfffbd000UL

#define EFER_LME (UINT64_C(1) << 8) /* SDM vol. 3A, 2.2.1 */
#define EFER_LMA (UINT64_C(1) << 10)

/* Entries of 4-level paging: SDM vol. 3A, "Paging". */
#define PAGE_PRESENT (UINT64_C(1) << 0)
#define PAGE_WRITE   (UINT64_C(1) << 1)
#define PAGE_LARGE   (UINT64_C(1) << 7) /* in a page directory: maps 2 MiB */

#define PORT         0x10u
#define LOOP_TURNS   100000u
#define LOOP_BEGUN   0x01u
#define LOOP_DONE    0x02u
#define TRIES        3
#define CLEARLY_SLOW 100u /* times: no noise explains it, and a second try costs a quarter of a second */

#define RUN_LIMIT_SECONDS   2
#define KERNEL_SIGSET_BYTES 8   /* 64 signals; KVM_SET_SIGNAL_MASK takes no other length */
#define CPUID_ENTRIES       256 /* KVM_MAX_CPUID_ENTRIES of Linux */

/* timer_create(2) names a member that glibc has without the name. */
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

struct lines {
    char *text;
    size_t size, used;
};

/* "ok", or the one word that says why not. */
struct why {
    char word[32];
};

struct guest {
    int vm, vcpu;
    uint8_t *memory;
    struct kvm_run *run;
    size_t run_bytes;
};

/* Bounds the time in KVM_RUN: see watch_begin. */
struct watch {
    bool works;
    int signal;
    sigset_t only, before;
    timer_t timer;
};

struct trial {
    const char *name;
    bool (*possible)(void); /* NULL: always */
    void (*enter)(struct kvm_sregs *sregs);
    uint8_t byte; /* what arrives at PORT when the CPU got everything right */
    uint8_t code[40];
};

__attribute__((format(printf, 2, 3))) static void put(struct lines *out, const char *format, ...)
{
    size_t room = out->size - out->used;
    va_list args;
    int length;

    if (room == 0)
        return;
    va_start(args, format);
    length = vsnprintf(out->text + out->used, room, format, args);
    va_end(args);
    if (length > 0 && (size_t)length < room)
        out->used += (size_t)length;
    out->text[out->used] = '\0'; /* half a line goes again */
}

__attribute__((format(printf, 1, 2))) static struct why because(const char *format, ...)
{
    struct why why;
    va_list args;

    va_start(args, format);
    vsnprintf(why.word, sizeof why.word, format, args);
    va_end(args);
    return why;
}

static struct why because_errno(int err)
{
    return because("%s", hc_errno_name(err));
}

static bool is_ok(const struct why *why)
{
    return strcmp(why->word, "ok") == 0;
}

static int create_vm(int kvm)
{
    int vm;

    do /* a signal to the caller can interrupt what the kernel waits for here */
        vm = ioctl(kvm, KVM_CREATE_VM, 0UL);
    while (vm < 0 && errno == EINTR);
    return vm;
}

static bool give_memory(struct guest *guest)
{
    struct kvm_userspace_memory_region region = { .memory_size = MEMORY_BYTES };
    void *at = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED)
        return false;
    guest->memory = at;
    region.userspace_addr = (uintptr_t)at;
    return ioctl(guest->vm, KVM_SET_USER_MEMORY_REGION, &region) == 0;
}

static bool give_vcpu(struct guest *guest, int kvm)
{
    int bytes = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0UL);
    void *at;

    if (bytes < 0)
        return false;
    (void)ioctl(guest->vm, KVM_SET_TSS_ADDR, TSS_ADDRESS); /* who needs it and did not get it fails in real mode */
    guest->vcpu = ioctl(guest->vm, KVM_CREATE_VCPU, 0UL);
    if (guest->vcpu < 0)
        return false;
    at = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, guest->vcpu, 0);
    if (at == MAP_FAILED)
        return false;
    guest->run = at;
    guest->run_bytes = (size_t)bytes;
    return true;
}

/* False with errno set; vm is negative where already the VM failed. To be closed in any case. */
static bool guest_open(struct guest *guest, int kvm)
{
    *guest = (struct guest){ .vm = create_vm(kvm), .vcpu = -1 };
    return guest->vm >= 0 && give_memory(guest) && give_vcpu(guest, kvm);
}

static void guest_close(struct guest *guest)
{
    if (guest->run)
        munmap(guest->run, guest->run_bytes);
    if (guest->vcpu >= 0)
        close(guest->vcpu);
    if (guest->vm >= 0)
        close(guest->vm);
    if (guest->memory)
        munmap(guest->memory, MEMORY_BYTES);
}

/* A CPU that KVM knows nothing of has no long mode: newer kernels then refuse EFER.LME. */
static bool set_cpuid(const struct guest *guest, int kvm)
{
    struct {
        uint32_t nent, padding;
        struct kvm_cpuid_entry2 entries[CPUID_ENTRIES];
    } cpuid = { .nent = CPUID_ENTRIES }; /* struct kvm_cpuid2 with its room */

    return ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid) == 0 && ioctl(guest->vcpu, KVM_SET_CPUID2, &cpuid) == 0;
}

/* A CPU comes out of reset in real mode with CS at the end of the address space: SDM vol. 3A, "First Instruction
 * Executed". Only that has to move. */
static void real_mode(struct kvm_sregs *sregs)
{
    sregs->cs.base = 0;
    sregs->cs.selector = 0;
}

/* Flat 4 GiB segments, accessed already, and a busy TSS: SDM vol. 3A, 3.4.5; VT-x demands it so: vol. 3C, "Checks on
 * Guest Segment Registers". No GDT, as nothing loads a segment; no IDT, so any exception ends in a triple fault. */
static void protected_mode(struct kvm_sregs *sregs)
{
    const struct kvm_segment data = {
        .limit = 0xffffffff, .selector = 0x10, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1
    };

    sregs->ds = sregs->es = sregs->fs = sregs->gs = sregs->ss = sregs->cs = data;
    sregs->cs.selector = 0x08;
    sregs->cs.type = 11;
    sregs->tr = (struct kvm_segment){ .limit = 0x67, .selector = 0x18, .type = 11, .present = 1 };
    sregs->cr0 = X86_CR0_PE | X86_CR0_ET | X86_CR0_NE; /* SDM vol. 3A, 2.5 */
}

/* SDM vol. 3A, 2.2.1, 2.5 and "Paging". MP and OSFXSR without EM let SSE run: "Providing Operating System Support for
 * SSE Extensions". */
static void long_mode(struct kvm_sregs *sregs)
{
    protected_mode(sregs);
    sregs->cs.db = 0;
    sregs->cs.l = 1;
    sregs->cr0 |= X86_CR0_PG | X86_CR0_WP | X86_CR0_MP;
    sregs->cr3 = PML4;
    sregs->cr4 = X86_CR4_PAE | X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT;
    sregs->efer = EFER_LME | EFER_LMA;
}

static void write_first_entry(uint8_t *memory, uint32_t table, uint64_t entry)
{
    memcpy(memory + table, &entry, sizeof entry);
}

/* The first 2 MiB onto themselves. */
static void write_page_tables(uint8_t *memory)
{
    write_first_entry(memory, PML4, PDPT | PAGE_WRITE | PAGE_PRESENT);
    write_first_entry(memory, PDPT, PD | PAGE_WRITE | PAGE_PRESENT);
    write_first_entry(memory, PD, PAGE_LARGE | PAGE_WRITE | PAGE_PRESENT);
}

static bool load(struct guest *guest, int kvm, const struct trial *trial)
{
    const struct kvm_regs regs = { .rip = CODE, .rflags = X86_EFLAGS_FIXED };
    struct kvm_sregs sregs;

    write_page_tables(guest->memory);
    memcpy(guest->memory + CODE, trial->code, sizeof trial->code);
    if (!set_cpuid(guest, kvm) || ioctl(guest->vcpu, KVM_GET_SREGS, &sregs) != 0)
        return false;
    trial->enter(&sregs);
    return ioctl(guest->vcpu, KVM_SET_SREGS, &sregs) == 0 && ioctl(guest->vcpu, KVM_SET_REGS, &regs) == 0;
}

/* A signal of which nobody misses one: this process ignores it, so it would be lost anyway. A process that handles both
 * of these handles all there are, as Go's do; nobody sends it the last real-time one.
 * (Before 4.15 Linux acts on a signal in KVM_RUN as if it were not blocked: an ignored one costs us the bound there,
 * one without handler would end the process.) */
static int spare_signal(const sigset_t *blocked)
{
    static const int by_default_ignored[] = { SIGURG, SIGWINCH };
    struct sigaction action;

    for (size_t i = 0; i < sizeof by_default_ignored / sizeof *by_default_ignored; i++) {
        if (sigismember(blocked, by_default_ignored[i]) || sigaction(by_default_ignored[i], NULL, &action) != 0)
            continue;
        if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)
            return by_default_ignored[i];
    }
    return SIGRTMAX;
}

static bool create_timer(struct watch *watch)
{
    struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = watch->signal };

    event.sigev_value.sival_ptr = watch;
    event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
    return timer_create(CLOCK_MONOTONIC, &event, &watch->timer) == 0;
}

/* A guest that does not come back is called back by a timer's signal to this thread, without a handler: the signal is
 * blocked in the thread, but not inside KVM_RUN (KVM_SET_SIGNAL_MASK; api.rst, 4.21). So it interrupts KVM_RUN, is not
 * delivered, and sigtimedwait takes it away. If any of this cannot be had, the guest runs without a bound. */
static void watch_begin(struct watch *watch)
{
    *watch = (struct watch){ .works = false };
    if (pthread_sigmask(SIG_BLOCK, NULL, &watch->before) != 0)
        return;
    watch->signal = spare_signal(&watch->before);
    sigemptyset(&watch->only);
    sigaddset(&watch->only, watch->signal);
    if (!create_timer(watch))
        return;
    pthread_sigmask(SIG_BLOCK, &watch->only, NULL);
    watch->works = true;
}

static void watch_end(struct watch *watch)
{
    if (!watch->works)
        return;
    timer_delete(watch->timer);
    pthread_sigmask(SIG_SETMASK, &watch->before, NULL);
}

static void watch_vcpu(const struct watch *watch, int vcpu)
{
    sigset_t inside = watch->before;
    struct {
        uint32_t len;
        uint8_t sigset[KERNEL_SIGSET_BYTES];
    } mask = { .len = KERNEL_SIGSET_BYTES }; /* struct kvm_signal_mask with its room */

    if (!watch->works)
        return;
    sigdelset(&inside, watch->signal);
    memcpy(mask.sigset, &inside, sizeof mask.sigset);
    (void)ioctl(vcpu, KVM_SET_SIGNAL_MASK, &mask);
}

static void watch_set(const struct watch *watch, time_t seconds)
{
    const struct itimerspec once = { .it_value.tv_sec = seconds };

    if (watch->works)
        timer_settime(watch->timer, 0, &once, NULL);
}

/* Takes one pending signal away. */
static bool watch_take(const struct watch *watch, bool *expired)
{
    siginfo_t info;

    if (!watch->works || sigtimedwait(&watch->only, &info, &(const struct timespec){ 0 }) < 0)
        return false;
    *expired = *expired || (info.si_code == SI_TIMER && info.si_value.sival_ptr == watch);
    return true;
}

/* Any other signal interrupts KVM_RUN as well and is handled as ever; then the guest goes on. */
static struct why run_to_exit(const struct guest *guest, const struct watch *watch)
{
    bool expired = false, late = false;
    int err;

    watch_set(watch, RUN_LIMIT_SECONDS);
    do {
        err = ioctl(guest->vcpu, KVM_RUN, 0UL) == 0 ? 0 : errno;
        if (err == EINTR)
            watch_take(watch, &expired);
    } while (err == EINTR && !expired);
    watch_set(watch, 0);
    while (watch_take(watch, &late))
        continue;
    if (expired)
        return because("timeout");
    return err ? because_errno(err) : because("ok");
}

static struct why exit_word(const struct kvm_run *run)
{
    switch (run->exit_reason) {
    case KVM_EXIT_INTERNAL_ERROR: return because("internal_error:%" PRIu32, run->internal.suberror);
    case KVM_EXIT_SHUTDOWN: return because("shutdown");
    case KVM_EXIT_FAIL_ENTRY: return because("fail_entry");
    default: return because("exit:%" PRIu32, run->exit_reason);
    }
}

static bool wrote(const struct guest *guest, uint8_t byte)
{
    const struct kvm_run *run = guest->run;

    return run->io.direction == KVM_EXIT_IO_OUT && run->io.port == PORT && run->io.size == 1 && run->io.count == 1 &&
           run->io.data_offset < guest->run_bytes && ((const uint8_t *)run)[run->io.data_offset] == byte;
}

/* On to the guest's next port write. */
static struct why run_to(const struct guest *guest, const struct watch *watch, uint8_t byte)
{
    struct why why = run_to_exit(guest, watch);

    if (!is_ok(&why))
        return why;
    if (guest->run->exit_reason != KVM_EXIT_IO)
        return exit_word(guest->run);
    return wrote(guest, byte) ? why : because("wrong_byte");
}

static bool cpu_has_popcnt(void)
{
    unsigned eax, ebx, ecx, edx;

    return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & bit_POPCNT) != 0;
}

#define LE32(n) (n) & 0xff, (n) >> 8 & 0xff, (n) >> 16 & 0xff, (n) >> 24 & 0xff

/* mov $byte, %al; out %al, $PORT; hlt: the same bytes in all three modes */
#define MOV_OUT_HLT(byte)                                                                                              \
    {                                                                                                                  \
        0xb0, byte, 0xe6, PORT, 0xf4                                                                                   \
    }

static const struct trial trials[] = {
    {.name = "real_mode", .enter = real_mode, .byte = 0x52, .code = MOV_OUT_HLT(0x52)},
    {.name = "protected_mode", .enter = protected_mode, .byte = 0x50, .code = MOV_OUT_HLT(0x50)},
    {.name = "long_mode", .enter = long_mode, .byte = 0x4c, .code = MOV_OUT_HLT(0x4c)},
    {
        .name = "sse",
        .enter = long_mode,
        .byte = 0x53,
        .code =
            {
                0xb9, LE32(0x53),       /* mov $0x53, %ecx    */
                0x66, 0x0f, 0x6e, 0xc9, /* movd %ecx, %xmm1   */
                0x66, 0x0f, 0xef, 0xc0, /* pxor %xmm0, %xmm0  */
                0x66, 0x0f, 0xef, 0xc1, /* pxor %xmm1, %xmm0  */
                0x66, 0x0f, 0x7e, 0xc0, /* movd %xmm0, %eax   */
                0xe6, PORT,             /* out %al, $PORT     */
                0xf4,                   /* hlt                */
            },
    },
    {
        .name = "popcnt",
        .possible = cpu_has_popcnt,
        .enter = long_mode,
        .byte = 28,
        .code =
            {
                0xb8, LE32(0xfffffff0), /* mov $0xfffffff0, %eax */
                0xf3, 0x0f, 0xb8, 0xc0, /* popcnt %eax, %eax     */
                0xe6, PORT,             /* out %al, $PORT        */
                0xf4,                   /* hlt                   */
            },
    },
    {
        .name = "x87",
        .enter = long_mode,
        .byte = 0x3f, /* the highest byte of 1.0f */
        .code =
            {
                0xdb, 0xe3,                          /* fninit              */
                0xd9, 0xe8,                          /* fld1                */
                0xd9, 0x1c, 0x25, LE32(SCRATCH),     /* fstps SCRATCH       */
                0x8a, 0x04, 0x25, LE32(SCRATCH + 3), /* mov SCRATCH+3, %al  */
                0xe6, PORT,                          /* out %al, $PORT      */
                0xf4,                                /* hlt                 */
            },
    },
};

static const struct trial loop = {
    .name = "loop",
    .enter = long_mode,
    .code =
        {
            0xb0, LOOP_BEGUN,       /* 0: mov $LOOP_BEGUN, %al   */
            0xe6, PORT,             /*    out %al, $PORT         */
            0xb9, LE32(LOOP_TURNS), /*    mov $LOOP_TURNS, %ecx  */
            0xff, 0xc9,             /* 1: dec %ecx               */
            0x75, 0xfc,             /*    jnz 1b                 */
            0xb0, LOOP_DONE,        /*    mov $LOOP_DONE, %al    */
            0xe6, PORT,             /*    out %al, $PORT         */
            0xeb, 0xed,             /*    jmp 0b                 */
        },
};

/* A new VM for each: a vCPU cannot be replaced inside its VM, and one that failed may not recover. It costs 2 ms. */
static bool guest_start(struct guest *guest, int kvm, const struct watch *watch, const struct trial *trial)
{
    if (!guest_open(guest, kvm) || !load(guest, kvm, trial))
        return false;
    watch_vcpu(watch, guest->vcpu);
    return true;
}

static struct why run_trial(int kvm, const struct watch *watch, const struct trial *trial)
{
    struct guest guest;
    struct why why;

    if (trial->possible && !trial->possible())
        return because("absent");
    why = guest_start(&guest, kvm, watch, trial) ? run_to(&guest, watch, trial->byte) : because_errno(errno);
    guest_close(&guest);
    return why;
}

static uint64_t now_ns(void)
{
    struct timespec now = { 0 };

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void keep_least(uint64_t *least, uint64_t start)
{
    uint64_t took = now_ns() - start;

    if (took < *least)
        *least = took;
}

static void time_native(uint64_t *least)
{
    for (int i = 0; i < TRIES; i++) {
        uint64_t start = now_ns();
        uint32_t turns = LOOP_TURNS;

        __asm__ volatile(".p2align 4\n" /* in one piece, as it lies in the guest */
                         "1: dec %0\n"
                         "jnz 1b"
                         : "+c"(turns)
                         :
                         : "cc");
        keep_least(least, start);
    }
}

static struct why time_guest(const struct guest *guest, const struct watch *watch, uint8_t byte, uint64_t *least)
{
    uint64_t start = now_ns();
    struct why why = run_to(guest, watch, byte);

    keep_least(least, start);
    return why;
}

/* From LOOP_DONE to LOOP_BEGUN is nothing but the way into the guest and out of it: that is taken off the loop. */
static struct why time_loop(const struct guest *guest, const struct watch *watch, uint64_t *in_guest, uint64_t *native)
{
    uint64_t empty = UINT64_MAX;
    struct why why = because("ok");

    *in_guest = *native = UINT64_MAX;
    for (int i = 0; i < TRIES && is_ok(&why); i++) {
        why = time_guest(guest, watch, LOOP_BEGUN, &empty);
        if (is_ok(&why))
            why = time_guest(guest, watch, LOOP_DONE, in_guest);
        time_native(native);
        if (*in_guest / CLEARLY_SLOW > *native)
            break;
    }
    *in_guest = *in_guest > empty ? *in_guest - empty : 0;
    return why;
}

static void put_loop(struct lines *out, int kvm, const struct watch *watch)
{
    uint64_t in_guest = 0, native = 0, ratio;
    struct guest guest;
    struct why why;

    why = guest_start(&guest, kvm, watch, &loop) ? time_loop(&guest, watch, &in_guest, &native) : because_errno(errno);
    guest_close(&guest);
    put(out, "%s=%s\n", loop.name, why.word);
    if (!is_ok(&why))
        return;
    put(out, "loop_guest_ns=%" PRIu64 "\n", in_guest);
    put(out, "loop_native_ns=%" PRIu64 "\n", native);
    ratio = native ? (in_guest + native / 2) / native : 1;
    put(out, "loop_ratio=%" PRIu64 "\n", ratio ? ratio : 1);
}

static bool put_creation(struct lines *out, int kvm)
{
    struct guest guest;
    bool opened = guest_open(&guest, kvm);
    const char *why = opened ? "ok" : hc_errno_name(errno);

    put(out, "create=%s\n", guest.vm < 0 ? why : "ok");
    if (guest.vm >= 0)
        put(out, "vcpu=%s\n", why);
    guest_close(&guest);
    return opened;
}

size_t hc_kvm_prove(int kvm, char *text, size_t size)
{
    struct lines out = { .text = text, .size = size };
    struct watch watch;

    if (!put_creation(&out, kvm))
        return out.used;
    watch_begin(&watch);
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
        put(&out, "%s=%s\n", trials[i].name, run_trial(kvm, &watch, &trials[i]).word);
    put_loop(&out, kvm, &watch);
    watch_end(&watch);
    return out.used;
}
