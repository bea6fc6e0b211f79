#include "storage/sources/kafka/librdkafka.h"

#include "storage/base/loadedlibrary.h"

#include <dlfcn.h>
#include <librdkafka/rdkafka.h>

namespace {

constexpr const char* kafkaLibraryName = "librdkafka.so.1";

void* kafkaLibrary() {
    return portolan::loadedLibrary([] { return kafkaLibraryName; });
}

/// Every version since 2.0 has all that we use.
template <auto ours, class... Arguments>
auto passToKafka(const char* name, Arguments... arguments) {
    return portolan::callLoaded<ours>(kafkaLibrary(), name, arguments...);
}

} // namespace

namespace portolan {

Result<void> loadLibrdkafka() {
    const QString install = QStringLiteral("Install it (Debian: librdkafka1) and try again.");
    const QString name = QLatin1String(kafkaLibraryName);
    if (!kafkaLibrary()) {
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Kafka's client library %1 cannot be loaded. %2").arg(name, install),
                     QString::fromLocal8Bit(::dlerror())};
    }
    // The youngest of the functions.
    if (!::dlsym(kafkaLibrary(), "rd_kafka_consumer_close_queue")) {
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Kafka's client library %1 is older than version 2.0.").arg(name)};
    }
    return {};
}

} // namespace portolan

// Defines the functions of rdkafka.h: each passes on to the function of its name in the library.
extern "C" {
rd_kafka_resp_err_t rd_kafka_assign(rd_kafka_t* a, const rd_kafka_topic_partition_list_t* b) {
    return passToKafka<&rd_kafka_assign>("rd_kafka_assign", a, b);
}
int rd_kafka_assignment_lost(rd_kafka_t* a) {
    return passToKafka<&rd_kafka_assignment_lost>("rd_kafka_assignment_lost", a);
}
char* rd_kafka_clusterid(rd_kafka_t* a, int b) {
    return passToKafka<&rd_kafka_clusterid>("rd_kafka_clusterid", a, b);
}
rd_kafka_resp_err_t rd_kafka_commit(rd_kafka_t* a, const rd_kafka_topic_partition_list_t* b, int c) {
    return passToKafka<&rd_kafka_commit>("rd_kafka_commit", a, b, c);
}
rd_kafka_resp_err_t rd_kafka_committed(rd_kafka_t* a, rd_kafka_topic_partition_list_t* b, int c) {
    return passToKafka<&rd_kafka_committed>("rd_kafka_committed", a, b, c);
}
void rd_kafka_conf_destroy(rd_kafka_conf_t* a) {
    return passToKafka<&rd_kafka_conf_destroy>("rd_kafka_conf_destroy", a);
}
rd_kafka_conf_t* rd_kafka_conf_new() {
    return passToKafka<&rd_kafka_conf_new>("rd_kafka_conf_new");
}
rd_kafka_conf_res_t rd_kafka_conf_set(rd_kafka_conf_t* a, const char* b, const char* c, char* d, size_t e) {
    return passToKafka<&rd_kafka_conf_set>("rd_kafka_conf_set", a, b, c, d, e);
}
void rd_kafka_conf_set_error_cb(rd_kafka_conf_t* a,
                                void (*b)(rd_kafka_t* rk, int err, const char* reason, void* opaque)) {
    return passToKafka<&rd_kafka_conf_set_error_cb>("rd_kafka_conf_set_error_cb", a, b);
}
void rd_kafka_conf_set_log_cb(rd_kafka_conf_t* a,
                              void (*b)(const rd_kafka_t* rk, int level, const char* fac, const char* buf)) {
    return passToKafka<&rd_kafka_conf_set_log_cb>("rd_kafka_conf_set_log_cb", a, b);
}
void rd_kafka_conf_set_offset_commit_cb(rd_kafka_conf_t* a,
                                        void (*b)(rd_kafka_t* rk, rd_kafka_resp_err_t err,
                                                  rd_kafka_topic_partition_list_t* offsets, void* opaque)) {
    return passToKafka<&rd_kafka_conf_set_offset_commit_cb>("rd_kafka_conf_set_offset_commit_cb", a, b);
}
void rd_kafka_conf_set_opaque(rd_kafka_conf_t* a, void* b) {
    return passToKafka<&rd_kafka_conf_set_opaque>("rd_kafka_conf_set_opaque", a, b);
}
void rd_kafka_conf_set_rebalance_cb(rd_kafka_conf_t* a,
                                    void (*b)(rd_kafka_t* rk, rd_kafka_resp_err_t err,
                                              rd_kafka_topic_partition_list_t* partitions, void* opaque)) {
    return passToKafka<&rd_kafka_conf_set_rebalance_cb>("rd_kafka_conf_set_rebalance_cb", a, b);
}
void rd_kafka_conf_set_stats_cb(rd_kafka_conf_t* a,
                                int (*b)(rd_kafka_t* rk, char* json, size_t json_len, void* opaque)) {
    return passToKafka<&rd_kafka_conf_set_stats_cb>("rd_kafka_conf_set_stats_cb", a, b);
}
rd_kafka_error_t* rd_kafka_consumer_close_queue(rd_kafka_t* a, rd_kafka_queue_t* b) {
    return passToKafka<&rd_kafka_consumer_close_queue>("rd_kafka_consumer_close_queue", a, b);
}
int rd_kafka_consumer_closed(rd_kafka_t* a) {
    return passToKafka<&rd_kafka_consumer_closed>("rd_kafka_consumer_closed", a);
}
rd_kafka_message_t* rd_kafka_consume_queue(rd_kafka_queue_t* a, int b) {
    return passToKafka<&rd_kafka_consume_queue>("rd_kafka_consume_queue", a, b);
}
rd_kafka_resp_err_t rd_kafka_message_headers(const rd_kafka_message_t* a, rd_kafka_headers_t** b) {
    return passToKafka<&rd_kafka_message_headers>("rd_kafka_message_headers", a, b);
}
int64_t rd_kafka_message_timestamp(const rd_kafka_message_t* a, rd_kafka_timestamp_type_t* b) {
    return passToKafka<&rd_kafka_message_timestamp>("rd_kafka_message_timestamp", a, b);
}
rd_kafka_resp_err_t rd_kafka_header_get_all(const rd_kafka_headers_t* a, size_t b, const char** c, const void** d,
                                            size_t* e) {
    return passToKafka<&rd_kafka_header_get_all>("rd_kafka_header_get_all", a, b, c, d, e);
}
rd_kafka_message_t* rd_kafka_consumer_poll(rd_kafka_t* a, int b) {
    return passToKafka<&rd_kafka_consumer_poll>("rd_kafka_consumer_poll", a, b);
}
void rd_kafka_destroy_flags(rd_kafka_t* a, int b) {
    return passToKafka<&rd_kafka_destroy_flags>("rd_kafka_destroy_flags", a, b);
}
const char* rd_kafka_err2str(rd_kafka_resp_err_t a) {
    return passToKafka<&rd_kafka_err2str>("rd_kafka_err2str", a);
}
void rd_kafka_error_destroy(rd_kafka_error_t* a) {
    return passToKafka<&rd_kafka_error_destroy>("rd_kafka_error_destroy", a);
}
rd_kafka_resp_err_t rd_kafka_fatal_error(rd_kafka_t* a, char* b, size_t c) {
    return passToKafka<&rd_kafka_fatal_error>("rd_kafka_fatal_error", a, b, c);
}
rd_kafka_resp_err_t rd_kafka_get_watermark_offsets(rd_kafka_t* a, const char* b, int32_t c, int64_t* d, int64_t* e) {
    return passToKafka<&rd_kafka_get_watermark_offsets>("rd_kafka_get_watermark_offsets", a, b, c, d, e);
}
void rd_kafka_mem_free(rd_kafka_t* a, void* b) {
    return passToKafka<&rd_kafka_mem_free>("rd_kafka_mem_free", a, b);
}
void rd_kafka_message_destroy(rd_kafka_message_t* a) {
    return passToKafka<&rd_kafka_message_destroy>("rd_kafka_message_destroy", a);
}
rd_kafka_resp_err_t rd_kafka_metadata(rd_kafka_t* a, int b, rd_kafka_topic_t* c, const rd_kafka_metadata_t** d, int e) {
    return passToKafka<&rd_kafka_metadata>("rd_kafka_metadata", a, b, c, d, e);
}
void rd_kafka_metadata_destroy(const rd_kafka_metadata_t* a) {
    return passToKafka<&rd_kafka_metadata_destroy>("rd_kafka_metadata_destroy", a);
}
rd_kafka_t* rd_kafka_new(rd_kafka_type_t a, rd_kafka_conf_t* b, char* c, size_t d) {
    return passToKafka<&rd_kafka_new>("rd_kafka_new", a, b, c, d);
}
rd_kafka_resp_err_t rd_kafka_poll_set_consumer(rd_kafka_t* a) {
    return passToKafka<&rd_kafka_poll_set_consumer>("rd_kafka_poll_set_consumer", a);
}
rd_kafka_resp_err_t rd_kafka_query_watermark_offsets(rd_kafka_t* a, const char* b, int32_t c, int64_t* d, int64_t* e,
                                                     int f) {
    return passToKafka<&rd_kafka_query_watermark_offsets>("rd_kafka_query_watermark_offsets", a, b, c, d, e, f);
}
void rd_kafka_queue_destroy(rd_kafka_queue_t* a) {
    return passToKafka<&rd_kafka_queue_destroy>("rd_kafka_queue_destroy", a);
}
rd_kafka_queue_t* rd_kafka_queue_new(rd_kafka_t* a) {
    return passToKafka<&rd_kafka_queue_new>("rd_kafka_queue_new", a);
}
rd_kafka_error_t* rd_kafka_seek_partitions(rd_kafka_t* a, rd_kafka_topic_partition_list_t* b, int c) {
    return passToKafka<&rd_kafka_seek_partitions>("rd_kafka_seek_partitions", a, b, c);
}
rd_kafka_resp_err_t rd_kafka_subscribe(rd_kafka_t* a, const rd_kafka_topic_partition_list_t* b) {
    return passToKafka<&rd_kafka_subscribe>("rd_kafka_subscribe", a, b);
}
rd_kafka_topic_partition_t* rd_kafka_topic_partition_list_add(rd_kafka_topic_partition_list_t* a, const char* b,
                                                              int32_t c) {
    return passToKafka<&rd_kafka_topic_partition_list_add>("rd_kafka_topic_partition_list_add", a, b, c);
}
void rd_kafka_topic_partition_list_destroy(rd_kafka_topic_partition_list_t* a) {
    return passToKafka<&rd_kafka_topic_partition_list_destroy>("rd_kafka_topic_partition_list_destroy", a);
}
rd_kafka_topic_partition_list_t* rd_kafka_topic_partition_list_new(int a) {
    return passToKafka<&rd_kafka_topic_partition_list_new>("rd_kafka_topic_partition_list_new", a);
}
const char* rd_kafka_version_str() {
    return passToKafka<&rd_kafka_version_str>("rd_kafka_version_str");
}
}
