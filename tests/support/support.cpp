#include "tests/support/tempfolder.h"
