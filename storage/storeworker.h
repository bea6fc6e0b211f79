#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/base/worker.h"
#include "storage/questionlog.h"
#include "storage/store.h"

#include <QObject>
#include <functional>
#include <memory>

namespace portolan {

/// The one door between the window and a store's data. Owns the query thread, which opens the store, answers
/// questions one after the other and closes it. Made, used and destroyed on the GUI thread; the destructor cancels
/// what runs, opening included, and joins.
class StoreWorker {
public:
    /// The token stops when the channel ends: a question that nobody wants any more leaves opening to the next one.
    using Opener = std::function<Result<std::unique_ptr<Store>>(const CancelToken&)>;

    /// The store is opened on the worker with the first question, and again when opening failed before.
    /// `questions`: measures them; null: it does not.
    explicit StoreWorker(Opener opener, std::shared_ptr<QuestionLog> questions = nullptr);
    ~StoreWorker();
    StoreWorker(const StoreWorker&) = delete;
    StoreWorker& operator=(const StoreWorker&) = delete;

    /// Returns who measures its questions; null: nobody.
    [[nodiscard]] QuestionLog* questions() const { return m_questions.get(); }

    /// Asks on behalf of `asker`. `question` is `Result<T>(Store&, const CancelToken&)` and runs on the worker;
    /// `reply` is `void(Result<T>)` and runs on the GUI thread: at most once, never after `asker` renewed or died,
    /// never after `context` died. Questions of an older generation of the asker are not run any more, and the one
    /// that runs is cancelled. When the store cannot be opened, or no thread started, the reply gets that error.
    template <class Question, class Reply>
    void ask(RequestScope& asker, Question question, QObject* context, Reply reply) {
        using Answer = std::invoke_result_t<Question&, Store&, const CancelToken&>;
        auto answer = std::make_shared<std::optional<Answer>>();
        m_worker->post(
            asker, context,
            [this, answer, question = std::move(question)](const CancelToken& token) mutable {
                const Result<Store*> opened = store();
                QuestionLog::Measure measure(m_questions.get());
                answer->emplace(opened ? question(**opened, token) : Answer(opened.error()));
                measure.end(**answer ? nullptr : &(**answer).error());
            },
            [answer, reply = std::move(reply)](const Result<void>& ran) mutable {
                reply(ran ? std::move(**answer) : Answer(ran.error()));
            });
    }

private:
    Result<Store*> store(); ///< worker thread

    Opener m_opener;
    std::shared_ptr<QuestionLog> m_questions;
    CancelSource m_ending;
    std::unique_ptr<Store> m_store; ///< lives and dies on the worker
    std::unique_ptr<Worker> m_worker;
};

} // namespace portolan
