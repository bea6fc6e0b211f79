#include "storage/config/environments.h"

#include "storage/base/configtext.h"
#include "storage/config/urltext.h"

#include <QFile>
#include <QProcessEnvironment>
#include <QRegularExpression>
#include <QStringList>
#include <limits>

namespace portolan {

namespace {

constexpr qint64 largestFile = 1024 * 1024;

/// The settings of an environment while they are read, one after the other.
struct Draft {
    StoreUrl store;
    QString kind;
    QString database;
};

Result<qint64> wholeNumber(const QString& text, qint64 least, qint64 most) {
    bool ok = false;
    const qint64 number = text.toLongLong(&ok);
    if (ok && number >= least && number <= most)
        return number;
    return Error{ErrorCode::Usage,
                 QStringLiteral("is a whole number from %1 to %2, not \"%3\"").arg(least).arg(most).arg(text.left(40))};
}

using Taker = Result<void> (*)(Draft& draft, const QString& text);

template <auto member, qint64 least = 1, qint64 most = std::numeric_limits<int>::max()>
Result<void> takeNumber(Draft& draft, const QString& text) {
    const Result<qint64> number = wholeNumber(text, least, most);
    PORTOLAN_TRY(number);
    using Field = std::remove_reference_t<decltype(draft.store.settings.*member)>;
    draft.store.settings.*member = Field(static_cast<int>(*number));
    return {};
}

Result<void> takePort(Draft& draft, const QString& text) {
    const Result<qint64> number = wholeNumber(text, 1, 65535);
    PORTOLAN_TRY(number);
    draft.store.port = static_cast<int>(*number);
    return {};
}

Result<void> takeTruth(Draft& draft, const QString& text) {
    const bool yes = text == QLatin1String("true");
    if (!yes && text != QLatin1String("false"))
        return Error{ErrorCode::Usage, QStringLiteral("is true or false, not \"%1\"").arg(text.left(40))};
    draft.store.settings.exponentialBackoff = yes;
    return {};
}

Result<void> takeSslMode(Draft& draft, const QString& text) {
    static const QStringList modes{QStringLiteral("disable"),   QStringLiteral("allow"),
                                   QStringLiteral("prefer"),    QStringLiteral("require"),
                                   QStringLiteral("verify-ca"), QStringLiteral("verify-full")};
    if (!modes.contains(text))
        return Error{ErrorCode::Usage, QStringLiteral("is one of %1").arg(modes.join(QStringLiteral(", ")))};
    draft.store.options.emplace_back(QStringLiteral("sslmode"), text);
    return {};
}

struct Setting {
    const char* key;
    Taker take;
};
constexpr Setting settings[] = {
    {"database_type",
     [](Draft& draft, const QString& text) {
         draft.kind = text;
         return Result<void>();
     }},
    {"host",
     [](Draft& draft, const QString& text) {
         draft.store.host = text;
         return Result<void>();
     }},
    {"port", takePort},
    {"database_name",
     [](Draft& draft, const QString& text) {
         draft.database = text;
         return Result<void>();
     }},
    {"username",
     [](Draft& draft, const QString& text) {
         draft.store.user = text;
         return Result<void>();
     }},
    {"password",
     [](Draft& draft, const QString& text) {
         draft.store.password = text;
         return Result<void>();
     }},
    {"min_connections", takeNumber<&DatabaseSettings::minConnections>},
    {"max_connections", takeNumber<&DatabaseSettings::maxConnections>},
    {"connection_timeout", takeNumber<&DatabaseSettings::connectionTimeout>},
    {"statement_timeout", takeNumber<&DatabaseSettings::statementTimeout>},
    {"lock_timeout", takeNumber<&DatabaseSettings::lockTimeout>},
    {"idle_in_transaction_timeout", takeNumber<&DatabaseSettings::idleInTransactionTimeout>},
    {"max_retries", takeNumber<&DatabaseSettings::maxRetries, 0, 100>},
    {"retry_delay_ms", takeNumber<&DatabaseSettings::retryDelay>},
    {"exponential_backoff", takeTruth},
    {"ssl_mode", takeSslMode},
};

const Setting* find(const QString& key) {
    for (const Setting& setting : settings) {
        if (key == QLatin1String(setting.key))
            return &setting;
    }
    return nullptr;
}

const QRegularExpression& variable() {
    static const QRegularExpression pattern(QStringLiteral("\\$\\{([^}]*)(\\}?)"));
    return pattern;
}

/// Replaces every ${NAME}. Error: the name, and why it cannot be replaced.
Result<QString> expanded(const QString& text) {
    QString out;
    qsizetype at = 0;
    QRegularExpressionMatchIterator matches = variable().globalMatch(text);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        const QByteArray name = match.captured(1).toLocal8Bit();
        if (match.captured(2).isEmpty() || name.isEmpty())
            return Error{ErrorCode::Usage, QStringLiteral("a variable is written ${NAME}")};
        if (!qEnvironmentVariableIsSet(name.constData()))
            return Error{ErrorCode::Usage,
                         QStringLiteral("the environment variable %1 is not set").arg(match.captured(1).left(80))};
        out += QStringView(text).mid(at, match.capturedStart() - at);
        out += qEnvironmentVariable(name.constData());
        at = match.capturedEnd();
    }
    return QString(out + text.mid(at));
}

bool holdsPassword(const std::vector<ConfigSection>& sections) {
    for (const ConfigSection& section : sections) {
        for (const ConfigValue& value : section.values) {
            QString text = value.text;
            if (value.key == QLatin1String("password") && !text.remove(variable()).isEmpty())
                return true;
        }
    }
    return false;
}

Result<std::vector<ConfigSection>> readFile(const QString& path) {
    QFile file(path);
    if (!file.exists())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no configuration %1.").arg(path)};
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Io,
                     QStringLiteral("Cannot read the configuration %1: %2.").arg(path, file.errorString())};
    const QByteArray text = file.read(largestFile + 1);
    if (text.size() > largestFile)
        return Error{ErrorCode::Usage, QStringLiteral("%1 is larger than a configuration can be (1 MiB).").arg(path)};
    Result<std::vector<ConfigSection>> sections = parseConfig(text, path);
    if (!sections)
        return sections;
    constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    if (holdsPassword(*sections) && (file.permissions() & others))
        return Error{ErrorCode::Auth, QStringLiteral("%1 holds a password, and other users may read it. Make it yours "
                                                     "alone (chmod 600 %1), or write ${NAME} in the password's place.")
                                          .arg(path)};
    return sections;
}

Result<StoreUrl> finish(Draft draft, const QString& where) {
    StoreUrl& store = draft.store;
    if (draft.database.isEmpty())
        return Error{ErrorCode::Usage, where + QStringLiteral(" has no database_name.")};
    if (store.settings.minConnections > store.settings.maxConnections)
        return Error{ErrorCode::Usage, where + QStringLiteral(" has a min_connections above its max_connections.")};
    if (draft.kind == QLatin1String("postgresql")) {
        store.kind = StoreKind::Postgresql;
        store.database = draft.database;
        return store;
    }
    if (draft.kind == QLatin1String("sqlite") && draft.database != QLatin1String(":memory:")) {
        StoreUrl file;
        file.kind = StoreKind::Sqlite;
        file.path = absoluteUrlPath(draft.database);
        return file;
    }
    return Error{draft.kind.isEmpty() ? ErrorCode::Usage : ErrorCode::Unsupported,
                 where
                     + QStringLiteral(" is no database that Portolan opens: database_type is postgresql, or sqlite "
                                      "with a file (a database in memory holds nothing that could be shown).")};
}

} // namespace

Result<StoreUrl> storeOfEnvironment(const QString& file, const QString& environment) {
    const Result<std::vector<ConfigSection>> sections = readFile(file);
    PORTOLAN_TRY(sections);
    const ConfigSection* section = nullptr;
    QStringList names;
    for (const ConfigSection& each : *sections) {
        for (const ConfigValue& value : each.values) {
            if (!find(value.key))
                return configError(file, value.line, value.column,
                                   QStringLiteral("there is no setting \"%1\"").arg(value.key.left(80)));
        }
        names << each.name;
        section = each.name == environment ? &each : section;
    }
    if (!section)
        return Error{ErrorCode::NotFound, QStringLiteral("%1 has no environment \"%2\"; it has: %3.")
                                              .arg(file, environment, names.join(QStringLiteral(", ")))};
    Draft draft;
    for (const ConfigValue& value : section->values) {
        const Result<QString> text = expanded(value.text);
        const Result<void> taken = text ? find(value.key)->take(draft, *text) : Result<void>(text.error());
        if (taken)
            continue;
        const QString what = text ? value.key + u' ' + taken.error().text : taken.error().text;
        return configError(file, value.line, value.column, what);
    }
    return finish(std::move(draft), QStringLiteral("The environment \"%1\" of %2").arg(environment, file));
}

} // namespace portolan
