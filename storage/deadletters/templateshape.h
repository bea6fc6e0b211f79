#pragma once

#include <QByteArrayView>
#include <vector>

namespace portolan {

/// A token of a template: a word, a mark or a wildcard with its name. Borrows the template.
struct TemplateToken {
    QByteArrayView text;
    bool spaced = false;   ///< a blank is before it
    bool word = false;     ///< has a letter or a digit, else it is a mark
    bool wildcard = false; ///< stands for anything: holds a <*> and is not a name (r<*>= is one)
};

/// Cuts a masked message, or a template, into its tokens, as MessageMask wrote them. In a text of wildcards and marks
/// alone only a bare <*> is a wildcard: named ones are all that tells such texts apart.
void tokenize(QByteArrayView text, std::vector<TemplateToken>& tokens);

} // namespace portolan
