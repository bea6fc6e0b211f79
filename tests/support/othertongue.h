#pragma once

#include <QCoreApplication>
#include <QTranslator>

namespace portolan::test {

/// Says the texts of one context in another language while it lives: as they are, in brackets.
class OtherTongue : public QTranslator {
public:
    explicit OtherTongue(QByteArray context) : m_context(std::move(context)) {
        QCoreApplication::installTranslator(this);
    }
    ~OtherTongue() override { QCoreApplication::removeTranslator(this); }
    OtherTongue(const OtherTongue&) = delete;
    OtherTongue& operator=(const OtherTongue&) = delete;

    [[nodiscard]] bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* source, const char* /*disambiguation*/,
                      int /*n*/) const override {
        return m_context == context ? u'[' + QString::fromUtf8(source) + u']' : QString();
    }

private:
    QByteArray m_context;
};

} // namespace portolan::test
