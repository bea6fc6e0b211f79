#include "storage/storeworker.h"

namespace portolan {

StoreWorker::StoreWorker(Opener opener, std::shared_ptr<QuestionLog> questions)
    : m_opener(std::move(opener))
    , m_questions(std::move(questions))
    , m_worker(std::make_unique<Worker>([this](const CancelToken&) { m_store.reset(); })) {}

StoreWorker::~StoreWorker() {
    m_ending.request_stop();
    m_worker.reset();
}

Result<Store*> StoreWorker::store() {
    if (!m_store) {
        auto opened = m_opener(m_ending.get_token());
        PORTOLAN_TRY(opened);
        m_store = std::move(*opened);
    }
    return m_store.get();
}

} // namespace portolan
