/* What every unit test counts with: CHECK tells what is not so, and main ends with checked(). */
#ifndef HC_TESTS_CHECK_H
#define HC_TESTS_CHECK_H

#include <stdio.h>

static int failures;

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                     \
            failures++;                                                                                                \
        }                                                                                                              \
    } while (0)

static inline int checked(void)
{
    printf("%d failures\n", failures);
    return failures != 0;
}

#endif
