// kafka-broker TOPIC:PARTITIONS…: Kafka's brokers for tests from outside, until standard input ends. Says
// "BROKERS=host:port" first, then obeys lines:
//   send TOPIC PARTITION PAYLOAD      nothing is answered
//   whole TOPIC KEY NAME VALUE PAYLOAD   the same, in any partition, with a key and a header; without a payload: a null
//   value flush                             "flushed" once all of it is in the topics committed GROUP TOPIC PARTITION
//   the offset; negative: none
#include "tests/support/kafkabroker.h"

#include <iostream>
#include <sstream>
#include <string>

int main(int argc, char** argv) {
    portolan::test::KafkaBroker broker;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto colon = word.find(':');
        broker.createTopic(QByteArray::fromStdString(word.substr(0, colon)), std::stoi(word.substr(colon + 1)));
    }
    std::cout << "BROKERS=" << broker.addresses().toStdString() << std::endl;
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words(line);
        std::string order;
        std::string first;
        std::string second;
        int partition = 0;
        words >> order >> first;
        if (order == "send") {
            std::string payload;
            words >> partition;
            std::getline(words.ignore(), payload);
            broker.send(QByteArray::fromStdString(first), partition, QByteArray::fromStdString(payload));
        } else if (order == "whole") {
            std::string key;
            std::string value;
            std::string payload;
            words >> key >> second >> value;
            std::getline(words.ignore(), payload);
            broker.sendWhole(QByteArray::fromStdString(first),
                             payload.empty() ? std::nullopt : std::optional(QByteArray::fromStdString(payload)),
                             QByteArray::fromStdString(key),
                             {{QByteArray::fromStdString(second), QByteArray::fromStdString(value)}});
        } else if (order == "flush") {
            broker.flush();
            std::cout << "flushed" << std::endl;
        } else if (order == "committed") {
            words >> second >> partition;
            std::cout << broker.committed(QByteArray::fromStdString(first), QByteArray::fromStdString(second),
                                          partition)
                      << std::endl;
        } else {
            std::cerr << "not understood: " << line << std::endl;
            return 2;
        }
    }
}
