// Edits of documents. The input is an edit and a document, with a line that is "--" between them.

#include "storage/json/jsondifference.h"
#include "storage/json/jsonedit.h"
#include "storage/json/jsonmeaning.h"
#include "storage/json/jsonmembers.h"
#include "storage/json/jsonplace.h"
#include "tests/fuzz/fuzztarget.h"

#include <QByteArrayList>

using namespace portolan;
using fuzz::require;

namespace {

/// Members of the old object that the edit's text does not name must stand in the new one as they are written.
void untouchedStay(QByteArrayView edit, QByteArrayView before, QByteArrayView after) {
    const auto old = jsonMemberValues(before);
    if (!old || edit.contains('~') || edit.contains('\\') || edit.contains("\"\"") || before.contains('\\'))
        return;
    const auto differences = jsonDifferences(before, after, 1000);
    for (const JsonDifference& difference : differences) {
        const QByteArray first = difference.path.split('/').value(1);
        require(difference.path.isEmpty() || edit.contains('/' + first), "only what is named changes");
    }
}

/// The patch that is made of two documents leads from the one to the other.
void becomesIt(QByteArrayView before, QByteArrayView after) {
    const auto halves = [](QByteArrayView text) { return text.contains("\\u"); }; // perhaps of surrogates: no text
    const std::vector<JsonDifference> differences = jsonDifferences(before, after);
    if (halves(before) || halves(after) || differences.empty())
        return;
    const Result<JsonEdit> patch = JsonEdit::parse(jsonPatch(differences));
    require(patch && patch->isPatch(), "what is made is a patch");
    const Result<QByteArray> patched = patch->apply(before);
    require(bool(patched) && isSameJson(*patched, after), "it leads to the other document");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView input = fuzz::bytesOf(data, size);
    const qsizetype divide = input.indexOf("\n--\n");
    if (divide < 0)
        return 0;
    const QByteArrayView text = input.first(divide);
    const QByteArrayView document = input.sliced(divide + 4);
    const Result<JsonEdit> edit = JsonEdit::parse(text);
    if (!edit) {
        require(edit.error().code == ErrorCode::Usage && !edit.error().text.isEmpty(), "a mistake is explained");
        return 0;
    }
    const Result<QByteArray> after = edit->apply(document);
    if (!after) {
        require(edit->isPatch() && !after.error().text.isEmpty(), "a refusal is explained");
        return 0;
    }
    require(findJsonPlace(*after, {}).has_value(), "what comes of it is JSON");
    (void)whyNotJsonb(*after);
    if (!edit->isPatch()) {
        require(*after == text, "a whole document stays as it is");
        return 0;
    }
    const auto meaning = jsonMeaning(document);
    require(meaning.has_value(), "a patch applies to JSON only");
    const Result<QByteArray> same = edit->apply(*meaning);
    require(bool(same), "it applies to the meaning too");
    const auto ofText = jsonMeaning(*after);
    const auto ofMeaning = jsonMeaning(*same);
    require(ofText && ofMeaning && *ofText == *ofMeaning, "the edited text means what the edited meaning does");
    untouchedStay(text, document, *after);
    becomesIt(document, *after);
    return 0;
}
