#pragma once

#include "app/console/command.h"

namespace portolan {

// The commands, each defined in the command_<family>.cpp of its family; commandline.cpp holds the table of them.

extern const CommandSpec receiveCommand;
extern const CommandSpec demoCommand;
extern const CommandSpec importCommand;
extern const CommandSpec exportCommand;
extern const CommandSpec bundleCommand;
extern const CommandSpec listCommand;
extern const CommandSpec showCommand;
extern const CommandSpec diffCommand;
extern const CommandSpec promoteCommand;
extern const CommandSpec expireCommand;
extern const CommandSpec replayCommand;
extern const CommandSpec discardCommand;
extern const CommandSpec rejectsCommand;
extern const CommandSpec healCommand;
extern const CommandSpec markCommand;
extern const CommandSpec undoCommand;
extern const CommandSpec modelCommand;
extern const CommandSpec fingerprintCommand;
extern const CommandSpec migrateCommand;
extern const CommandSpec backupCommand;
extern const CommandSpec verifyBackupCommand;
extern const CommandSpec restoreCommand;
extern const CommandSpec thresholdCommand;
extern const CommandSpec workCommand;
extern const CommandSpec chartCommand;
extern const CommandSpec reportCommand;
extern const CommandSpec rollCommand;
extern const CommandSpec retainCommand;
extern const CommandSpec retentionCommand;
extern const CommandSpec scheduleCommand;
extern const CommandSpec runDueCommand;
extern const CommandSpec jobsCommand;
extern const CommandSpec searchCommand;
extern const CommandSpec verifyCommand;
extern const CommandSpec viewsCommand;
extern const CommandSpec alertsCommand;
extern const CommandSpec statsCommand;
extern const CommandSpec doctorCommand;
extern const CommandSpec diagnosticsCommand;
extern const CommandSpec manualCommand;
extern const CommandSpec completionCommand;
extern const CommandSpec compareCommand;
extern const CommandSpec copyCommand;
extern const CommandSpec switchCommand;

} // namespace portolan
