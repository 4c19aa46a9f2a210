# Toolchain of another architecture: Debian's cross compiler for HOSTCAP_CROSS (the name that it begins with), and the
# libraries that tests/arch/run has built under build/arch. Programs are static, so that qemu-user needs no other files.
set(CMAKE_SYSTEM_NAME Linux)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HOSTCAP_CROSS)
string(REGEX REPLACE "-.*" "" CMAKE_SYSTEM_PROCESSOR ${HOSTCAP_CROSS})
set(CMAKE_C_COMPILER ${HOSTCAP_CROSS}-gcc)
set(CMAKE_FIND_ROOT_PATH ${CMAKE_CURRENT_LIST_DIR}/../build/arch/${HOSTCAP_CROSS})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
set(ENV{PKG_CONFIG_LIBDIR} ${CMAKE_FIND_ROOT_PATH}/lib/pkgconfig)
