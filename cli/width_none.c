#include "output.h"

unsigned terminal_width(void)
{
    return 0;
}
