#pragma once

#include <QByteArray>
#include <QString>
#include <array>
#include <span>
#include <vector>

namespace portolan::test {

/// A message whose group is known.
struct LabelledMessage {
    QByteArray content;
    QByteArray group;
};

/// The sets of loghub (Zhu et al.: Loghub, ISSRE 2023) that the shared data hold; 2,000 messages each.
inline constexpr std::array<const char*, 8> loghubSets{"Apache", "BGL",     "HDFS",  "Hadoop",
                                                       "Linux",  "OpenSSH", "Spark", "Zookeeper"};

/// The folder of the shared data: PORTOLAN_DATA, else beside the source.
QString sharedData();

/// The messages of a set, columns Content and EventId; none when the file is not there.
std::vector<LabelledMessage> loghubSet(const char* name);

/// Grouping accuracy (Zhu et al.: Tools and Benchmarks for Automated Log Parsing, ICSE 2019): the part of the messages
/// whose group holds exactly the messages of their true group.
double groupingAccuracy(std::span<const LabelledMessage> messages, std::span<const QByteArray> groups);

} // namespace portolan::test
