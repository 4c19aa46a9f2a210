/* What an installer does with libhostcap: may KVM be used here, and if not, what should the person do?
   cc example.c $(pkg-config --cflags --libs hostcap) */
#include <hostcap.h>

#include <stdio.h>

static void show_reasons(const struct hostcap *host)
{
    struct hostcap_reason reasons[16];
    size_t count = hostcap_reasons(host, "kvm", reasons, 16);

    for (size_t i = 0; i < count && i < 16; i++) {
        printf("  %s %s\n", reasons[i].open ? "open:" : "-", reasons[i].text);
        if (*reasons[i].fix)
            printf("    to do (%s): %s\n", reasons[i].fix_class, reasons[i].fix);
    }
}

int main(void)
{
    struct hostcap_options options = HOSTCAP_OPTIONS_INIT;
    char error[HOSTCAP_ERROR_SIZE];
    struct hostcap *host;
    struct hostcap_value memory;

    if (hostcap_open(&options, &host, error) != HOSTCAP_OK) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    printf("KVM: %s\n", hostcap_verdict_name(hostcap_verdict(host, "kvm")));
    show_reasons(host);
    if (hostcap_fact(host, "memory.usable_bytes", &memory) == HOSTCAP_OK && memory.type == HOSTCAP_NUMBER)
        printf("memory: %llu MiB\n", (unsigned long long)(memory.number >> 20));
    hostcap_close(host);
    return 0;
}
