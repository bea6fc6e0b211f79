#include "app/console/command.h"

#include "app/console/keptpassword.h"
#include "app/console/output.h"
#include "storage/config/environments.h"

namespace portolan {

namespace {

/// Adds the password kept for it, where nobody else says one. That it cannot be used is no reason not to try without.
Result<StoreUrl> withPassword(const Result<StoreUrl>& url) {
    if (!url)
        return url;
    auto complete = withAnyKeptPassword(*url);
    if (!complete)
        say(complete.error().text);
    return complete ? complete : url;
}

} // namespace

QString ArgumentSpec::help() const {
    if (text)
        return QString::fromUtf8(text);
    QStringList all = words();
    const QString last = all.takeLast();
    return all.join(QLatin1String(", ")) + QLatin1String(" or ") + last;
}

Result<std::optional<qint64>> Invocation::number(const char* name, qint64 least) const {
    if (!has(name))
        return std::optional<qint64>();
    bool ok = false;
    const qint64 number = value(name).toLongLong(&ok);
    if (!ok || number < least) {
        return Error{ErrorCode::Usage, QStringLiteral("--%1 is a whole number of at least %2, not \"%3\".")
                                           .arg(QLatin1String(name))
                                           .arg(least)
                                           .arg(value(name))};
    }
    return std::optional(number);
}

Result<std::optional<Timestamp>> Invocation::time(const char* name) const {
    if (!has(name))
        return std::optional<Timestamp>();
    const auto time = parseIsoTime(value(name).toUtf8());
    if (!time)
        return Error{ErrorCode::Usage, QStringLiteral("--%1 takes a time as 2025-10-16T14:56:05Z, not \"%2\".")
                                           .arg(QLatin1String(name), value(name))};
    return time;
}

Result<StoreUrl> Invocation::store(const char* name) const {
    if (!has("env") && !has("config"))
        return withPassword(StoreUrl::parse(value(name)));
    if (!has("env") || !has("config"))
        return Error{ErrorCode::Usage, QStringLiteral("--env NAME and --config FILE go together.")};
    return storeOfEnvironment(value("config"), value("env"));
}

Exit fail(const Error& error) {
    if (error.code == ErrorCode::Cancelled)
        return Exit::Interrupted;
    say(QStringLiteral("portolan: ") + error.text);
    if (!error.details.isEmpty())
        say(error.details);
    if (error.code != ErrorCode::Usage)
        return Exit::Failed;
    say(QStringLiteral("portolan --help tells what there is."));
    return Exit::Usage;
}

} // namespace portolan
