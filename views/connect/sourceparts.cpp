#include "views/connect/sourceparts.h"

#include "storage/config/urltext.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

bool isRedis(SourceKind kind) {
    return kind != SourceKind::Kafka && kind != SourceKind::Demo && kind != SourceKind::Rejects;
}

std::vector<std::pair<QString, int>> hostsIn(const QString& text, int usualPort) {
    std::vector<std::pair<QString, int>> hosts;
    const QStringList each = text.split(u',', Qt::SkipEmptyParts);
    for (const QString& one : each) {
        const auto host = parseUrlHost(one.trimmed(), QString());
        if (host)
            hosts.emplace_back(host->host, host->port > 0 ? host->port : usualPort);
        else
            hosts.emplace_back(one.trimmed(), usualPort);
    }
    if (hosts.empty())
        hosts.emplace_back(QStringLiteral("localhost"), usualPort);
    return hosts;
}

QString hostsText(const std::vector<std::pair<QString, int>>& hosts, int usualPort) {
    QStringList all;
    for (const auto& [host, port] : hosts)
        all << displayUrlHost(host, port == usualPort ? 0 : port);
    return all.join(QStringLiteral(", "));
}

QString optionOf(const SourceUrl& url, const QString& name) {
    const auto found = std::ranges::find_if(url.options, [&](const auto& each) { return each.first == name; });
    return found == url.options.end() ? QString() : found->second;
}

void setOption(SourceUrl& url, const QString& name, const QString& value) {
    const auto found = std::ranges::find_if(url.options, [&](const auto& each) { return each.first == name; });
    if (value.isEmpty() && found != url.options.end())
        url.options.erase(found);
    else if (!value.isEmpty() && found != url.options.end())
        found->second = value;
    else if (!value.isEmpty())
        url.options.emplace_back(name, value);
}

} // namespace portolan
