#include "app/console/actor.h"

#include <QString>
#include <QSysInfo>
#include <array>
#include <pwd.h>
#include <unistd.h>

namespace portolan {

QByteArray actorName() {
    std::array<char, 4096> memory{};
    passwd entry{};
    passwd* found = nullptr;
    const uid_t user = ::geteuid();
    const bool known = ::getpwuid_r(user, &entry, memory.data(), memory.size(), &found) == 0 && found;
    const QByteArray name = known ? QByteArray(entry.pw_name) : QByteArray::number(user);
    return name + '@' + QSysInfo::machineHostName().toUtf8();
}

} // namespace portolan
