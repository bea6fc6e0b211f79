// Payloads. The first byte says whether they came as the fields of a stream entry.

#include "storage/ingest/decoder.h"
#include "tests/fuzz/fuzztarget.h"

#include <nlohmann/json.hpp>

using namespace portolan;
using fuzz::require;

namespace {

constexpr qsizetype greatest = 8 * 1024 * 1024;

struct Check {
    void operator()(const IncomingMessage& message) const {
        require(message.content.isValidUtf8(), "a message is UTF-8");
        require(!message.content.contains('\0'), "a message holds no NUL");
        require(message.content.size() <= greatest, "a message is no longer than 8 MiB");
    }
    void operator()(const IncomingRecord& record) const {
        require(record.document.isValidUtf8() && !record.document.contains('\0'), "a record is text");
        require(nlohmann::json::accept(record.document.cbegin(), record.document.cend()), "a record is JSON");
        require(record.kind != MessageKind::Message, "messages are no records");
    }
    void operator()(const GapNews&) const { require(false, "a payload is no news of a gap"); }
    void operator()(const Rejection& rejection) const { require(!rejection.reason.isEmpty(), "a reason is given"); }
};

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    Delivery delivery;
    delivery.fromFields = (data[0] & 1) != 0;
    delivery.payload = fuzz::bytesOf(data + 1, size - 1).toByteArray();
    if (delivery.fromFields && !nlohmann::json::accept(delivery.payload.cbegin(), delivery.payload.cend()))
        return 0; // fields are put together by us: always an object
    delivery.receivedAt = Timestamp(std::chrono::seconds(1'729'090'565));
    std::visit(Check(), decode(delivery));
    return 0;
}
