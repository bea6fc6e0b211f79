#include "app/version.h"

#include <cstdio>

int main() {
    std::printf("portolan %s\n", portolan::version());
    return 0;
}
