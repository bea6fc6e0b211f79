#pragma once

#include "app/command.h"

namespace portolan {

extern const CommandSpec receiveCommand;
extern const CommandSpec demoCommand;
extern const CommandSpec listCommand;
extern const CommandSpec showCommand;
extern const CommandSpec migrateCommand;

} // namespace portolan
