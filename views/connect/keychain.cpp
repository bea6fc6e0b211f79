#include "views/connect/keychain.h"

#include "storage/config/passwordfile.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <algorithm>
#include <array>
#include <memory>
#include <qt6keychain/keychain.h>

namespace portolan::keychain {

namespace {

const QString service = QStringLiteral("portolan");
constexpr std::array busNames{"org.freedesktop.secrets", "org.kde.kwalletd5", "org.kde.kwalletd6"};

Error errorOf(const QKeychain::Job& job) {
    const bool isRefused = job.error() == QKeychain::AccessDenied || job.error() == QKeychain::AccessDeniedByUser;
    return {isRefused                                      ? ErrorCode::Auth
            : job.error() == QKeychain::NoBackendAvailable ? ErrorCode::Unsupported
                                                           : ErrorCode::Io,
            isRefused ? QCoreApplication::translate("Keychain", "The keychain did not give its passwords away.")
                      : QCoreApplication::translate("Keychain", "The keychain cannot be used."),
            job.errorString()};
}

void askBus(const QString& method, QObject* context, const std::function<void(const QStringList&)>& reply) {
    const QDBusMessage question =
        QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.DBus"), QStringLiteral("/org/freedesktop/DBus"),
                                       QStringLiteral("org.freedesktop.DBus"), method);
    auto* const watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(question), context);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, context, [reply](QDBusPendingCallWatcher* call) {
        const QDBusPendingReply<QStringList> names = *call;
        reply(names.isError() ? QStringList() : names.value());
        call->deleteLater();
    });
}

bool hasKeychain(const QStringList& names) {
    return std::ranges::any_of(busNames, [&](const char* name) { return names.contains(QLatin1String(name)); });
}

/// Ends what a job was asked for. QtKeychain deletes the job itself.
template <class Done>
void start(QKeychain::Job* job, const QString& name, QObject* context, Done done) {
    job->setKey(name);
    QObject::connect(job, &QKeychain::Job::finished, context, [done](QKeychain::Job* ended) { done(*ended); });
    job->start();
}

} // namespace

void isThere(QObject* context, const std::function<void(bool)>& reply) {
    if (!QDBusConnection::sessionBus().isConnected()) {
        reply(false);
        return;
    }
    askBus(QStringLiteral("ListNames"), context, [context, reply](const QStringList& running) {
        if (hasKeychain(running)) {
            reply(true);
            return;
        }
        askBus(QStringLiteral("ListActivatableNames"), context,
               [reply](const QStringList& startable) { reply(hasKeychain(startable)); });
    });
}

void read(const StoreUrl& url, QObject* context,
          const std::function<void(const Result<std::optional<QString>>&)>& reply) {
    readNamed(PasswordFile::nameOf(url), context, reply);
}

void readNamed(const QString& name, QObject* context,
               const std::function<void(const Result<std::optional<QString>>&)>& reply) {
    isThere(context, [name, context, reply](bool isThere) {
        if (!isThere) {
            reply(std::optional<QString>());
            return;
        }
        start(new QKeychain::ReadPasswordJob(service), name, context, [reply](const QKeychain::Job& job) {
            if (job.error() == QKeychain::EntryNotFound)
                reply(std::optional<QString>());
            else if (job.error() != QKeychain::NoError)
                reply(errorOf(job));
            else
                reply(std::optional(static_cast<const QKeychain::ReadPasswordJob&>(job).textData()));
        });
    });
}

void keep(const StoreUrl& url, QObject* context, const std::function<void(const Result<void>&)>& reply) {
    keepNamed(PasswordFile::nameOf(url), url.password, context, reply);
}

void keepNamed(const QString& name, const QString& password, QObject* context,
               const std::function<void(const Result<void>&)>& reply) {
    const auto done = [reply](const QKeychain::Job& job) {
        const bool isFine = job.error() == QKeychain::NoError || job.error() == QKeychain::EntryNotFound;
        reply(isFine ? Result<void>() : Result<void>(errorOf(job)));
    };
    if (password.isEmpty()) {
        start(new QKeychain::DeletePasswordJob(service), name, context, done);
        return;
    }
    auto* const job = new QKeychain::WritePasswordJob(service);
    job->setTextData(password);
    start(job, name, context, done);
}

void complete(const StoreUrl& url, QObject* context,
              const std::function<void(const StoreUrl& url, const QString& problem)>& reply) {
    if (!wantsPassword(url)) {
        reply(url, {});
        return;
    }
    read(url, context, [url, reply](const Result<std::optional<QString>>& found) {
        if (found && *found) {
            StoreUrl complete = url;
            complete.password = **found;
            reply(complete, {});
            return;
        }
        const auto kept = withKeptPassword(url);
        const QString problem = found ? QString() : found.error().text;
        reply(kept ? *kept : url, kept ? problem : kept.error().text);
    });
}

} // namespace portolan::keychain
