#include "app/console/keptpassword.h"

#include "app/console/process.h"
#include "app/console/sourcepassword.h"
#include "storage/config/passwordfile.h"

#include <QFileInfo>
#include <QProcess>

namespace portolan {

namespace {

constexpr int keychainPatience = 60'000; ///< milliseconds

/// Asks the keychain for a password; empty: it has none, there is no keychain, or the window is not installed.
Result<QString> passwordOfKeychain(const QString& name) {
    if (!QFileInfo::exists(windowProgram()) || qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"))
        return QString();
    QProcess asking;
    asking.start(windowProgram(), {QLatin1String(keychainWord), name});
    if (!asking.waitForFinished(keychainPatience)) {
        asking.kill();
        asking.waitForFinished();
        return Error{ErrorCode::Timeout, QStringLiteral("The keychain did not answer within a minute.")};
    }
    if (asking.exitStatus() != QProcess::NormalExit || asking.exitCode() != 0)
        return Error{ErrorCode::Auth, QString::fromUtf8(asking.readAllStandardError()).trimmed()};
    return QString::fromUtf8(asking.readAllStandardOutput());
}

} // namespace

Result<StoreUrl> withAnyKeptPassword(const StoreUrl& url) {
    if (!wantsPassword(url))
        return url;
    const auto found = passwordOfKeychain(PasswordFile::nameOf(url));
    if (found && !found->isEmpty()) {
        StoreUrl complete = url;
        complete.password = *found;
        return complete;
    }
    auto kept = withKeptPassword(url);
    if (kept && kept->password.isEmpty() && !found)
        return found.error();
    return kept;
}

Result<SourceUrl> withAnyKeptPassword(SourceUrl url) {
    url = withSourcePassword(std::move(url));
    if (!wantsPassword(url))
        return url;
    const auto found = passwordOfKeychain(PasswordFile::nameOf(url));
    if (!found && !url.user.isEmpty())
        return found.error();
    url.password = found ? *found : QString();
    return url;
}

} // namespace portolan
