#include "storage/sources/redis/redistls.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <algorithm>
#include <array>
#include <unistd.h>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr char tlsError[] = "portolanTlsError";
constexpr milliseconds slice{100}; ///< how often a wait looks at its token

/// A fault of a server's certificate, for an operator. The first that is found is said.
struct Fault {
    QSslError::SslError error;
    const char* words;
};
constexpr Fault faults[] = {
    {QSslError::HostNameMismatch, "its certificate is for another host name; use the name in the certificate"},
    {QSslError::CertificateExpired, "its certificate has expired"},
    {QSslError::CertificateNotYetValid, "its certificate is not valid yet; check the clocks"},
    {QSslError::SelfSignedCertificate,
     "its certificate is self-signed; give the file of a certificate you trust as cafile="},
    {QSslError::SelfSignedCertificateInChain,
     "its certificate is signed by an authority that is not known here; give the authority's file as cafile="},
    {QSslError::UnableToGetLocalIssuerCertificate,
     "its certificate is signed by an authority that is not known here; give the authority's file as cafile="},
    {QSslError::UnableToVerifyFirstCertificate,
     "its certificate is signed by an authority that is not known here; give the authority's file as cafile="},
    {QSslError::CertificateUntrusted, "its certificate is not trusted here; give the authority's file as cafile="},
    {QSslError::CertificateRevoked, "its certificate was revoked"},
    {QSslError::InvalidPurpose, "its certificate is not meant for servers"},
};

QString joinedTexts(const QList<QSslError>& errors) {
    QStringList texts;
    for (const QSslError& error : errors)
        texts << error.errorString();
    return texts.join(QLatin1String("; "));
}

Error untrusted(const RedisEndpoint& endpoint, const QList<QSslError>& errors) {
    QString words = QStringLiteral("its certificate could not be verified");
    const auto found = std::ranges::find_if(faults, [&](const Fault& fault) {
        return std::ranges::any_of(errors, [&](const QSslError& error) { return error.error() == fault.error; });
    });
    if (found != std::end(faults))
        words = QString::fromUtf8(found->words);
    return {ErrorCode::Auth,
            QStringLiteral("The Redis server at %1 is not trusted: %2.").arg(endpoint.display(), words),
            joinedTexts(errors)};
}

/// The alerts of a server that wants a certificate, or another one. TLS 1.3 sends them after the greeting, so that one
/// comes with the first reply.
constexpr std::array certificateAlerts{"certificate required", "alert bad certificate", "alert unknown ca",
                                       "alert certificate unknown", "alert certificate expired"};

/// A server without TLS answers the greeting with an error of its own protocol, or hangs up.
Error notSpoken(const RedisEndpoint& endpoint, const QString& details) {
    if (auto refused = refusedCertificate(endpoint, details))
        return *std::move(refused);
    constexpr std::array notTls{"wrong version number", "packet length too long", "unknown protocol", "http request"};
    const bool isPlain = std::ranges::any_of(
        notTls, [&](const char* words) { return details.contains(QLatin1String(words), Qt::CaseInsensitive); });
    if (isPlain)
        return {ErrorCode::Usage,
                QStringLiteral("The server at %1 does not speak TLS. Check the port; a server without TLS is named "
                               "with redis://.")
                    .arg(endpoint.display()),
                details};
    return {ErrorCode::Connection,
            QStringLiteral("The TLS connection to the Redis server at %1 could not be made. It may not speak TLS (then "
                           "it is named with redis://), or want a certificate of its clients "
                           "(certfile=, keyfile=).")
                .arg(endpoint.display()),
            details};
}

Result<QByteArray> contentOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Usage, QStringLiteral("The file %1 cannot be read: %2").arg(path, file.errorString())};
    return file.readAll();
}

Result<QList<QSslCertificate>> certificatesIn(const QString& path) {
    const auto content = contentOf(path);
    PORTOLAN_TRY(content);
    const QList<QSslCertificate> certificates = QSslCertificate::fromData(*content, QSsl::Pem);
    if (certificates.isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("The file %1 holds no certificate (PEM).").arg(path)};
    return certificates;
}

/// A key of whatever algorithm; PEM says "PRIVATE KEY" of each.
Result<QSslKey> keyIn(const QString& path) {
    const auto content = contentOf(path);
    PORTOLAN_TRY(content);
    for (const auto algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        if (QSslKey key(*content, algorithm, QSsl::Pem); !key.isNull())
            return key;
    }
    return Error{ErrorCode::Usage,
                 QStringLiteral("The file %1 holds no key that can be used (PEM, without a passphrase).").arg(path)};
}

Result<QSslConfiguration> configurationFor(const RedisEndpoint& endpoint) {
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    if (!endpoint.caFile.isEmpty()) {
        const auto authorities = certificatesIn(endpoint.caFile);
        PORTOLAN_TRY(authorities);
        configuration.addCaCertificates(*authorities);
    }
    if (!endpoint.certFile.isEmpty()) {
        const auto chain = certificatesIn(endpoint.certFile);
        PORTOLAN_TRY(chain);
        const auto key = keyIn(endpoint.keyFile.isEmpty() ? endpoint.certFile : endpoint.keyFile);
        PORTOLAN_TRY(key);
        configuration.setLocalCertificateChain(*chain);
        configuration.setPrivateKey(*key);
    }
    return configuration;
}

Error timedOut(const RedisEndpoint& endpoint) {
    return {ErrorCode::Timeout,
            QStringLiteral("The Redis server at %1 did not answer the TLS greeting in time. Does it speak TLS?")
                .arg(endpoint.display())};
}

} // namespace

std::optional<Error> refusedCertificate(const RedisEndpoint& endpoint, const QString& details) {
    const bool isRefused = std::ranges::any_of(certificateAlerts, [&](const char* words) {
        return details.contains(QLatin1String(words), Qt::CaseInsensitive);
    });
    if (!endpoint.tls || !isRefused)
        return std::nullopt;
    const QString words =
        endpoint.certFile.isEmpty()
            ? QStringLiteral("wants a certificate of its clients; give it with certfile= and keyfile=.")
            : QStringLiteral("refuses the certificate %1; check that it is signed by an authority "
                             "that the server trusts, and valid today.")
                  .arg(endpoint.certFile);
    return Error{ErrorCode::Auth, QStringLiteral("The Redis server at %1 %2").arg(endpoint.display(), words), details};
}

QString socketError(const QTcpSocket& socket) {
    const QString tls = socket.property(tlsError).toString();
    return tls.isEmpty() ? socket.errorString() : tls;
}

Result<std::unique_ptr<QTcpSocket>> encryptSocket(int descriptor, const RedisEndpoint& endpoint,
                                                  steady_clock::time_point deadline, const CancelToken& token) {
    auto socket = std::make_unique<QSslSocket>();
    if (!socket->setSocketDescriptor(descriptor, QAbstractSocket::ConnectedState)) {
        ::close(descriptor);
        return notSpoken(endpoint, socket->errorString());
    }
    if (!QSslSocket::supportsSsl())
        return Error{ErrorCode::Unsupported, QStringLiteral("This machine's Qt has no TLS (OpenSSL is missing), so "
                                                            "that rediss:// cannot be used.")};
    const auto configuration = configurationFor(endpoint);
    PORTOLAN_TRY(configuration);
    socket->setSslConfiguration(*configuration);
    socket->setPeerVerifyName(endpoint.host);
    QObject::connect(socket.get(), &QAbstractSocket::errorOccurred, socket.get(),
                     [socket = socket.get()](QAbstractSocket::SocketError error) {
                         if (error == QAbstractSocket::SslInternalError)
                             socket->setProperty(tlsError, socket->errorString());
                     });
    socket->startClientEncryption();
    while (!socket->isEncrypted()) {
        const auto left = ceil<milliseconds>(deadline - steady_clock::now());
        if (token.stop_requested())
            return cancelled();
        if (left.count() <= 0)
            return timedOut(endpoint);
        if (socket->waitForEncrypted(static_cast<int>(std::min(left, slice).count())))
            break;
        if (const QList<QSslError> errors = socket->sslHandshakeErrors(); !errors.isEmpty())
            return untrusted(endpoint, errors);
        if (socket->error() != QAbstractSocket::SocketTimeoutError || !socket->isValid())
            return notSpoken(endpoint, socket->errorString());
    }
    return std::unique_ptr<QTcpSocket>(std::move(socket));
}

} // namespace portolan
