#include "functions.h"

bool hc_functions_of(const struct hc_facts *facts, struct hc_arena *arena, struct hc_functions *functions)
{
    (void)arena;
    *functions = (struct hc_functions){ .known = facts->tables[HC_TABLE_PCI].known };
    return true;
}

size_t hc_function_at(const struct hc_functions *functions, const char *address, size_t size)
{
    (void)functions;
    (void)address;
    (void)size;
    return HC_NO_FUNCTION;
}
