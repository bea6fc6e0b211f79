#include "storage/deadletters/errortype.h"
#include "storage/deadletters/fingerprint.h"

#include <QtTest>

using namespace portolan;

class TestFingerprint : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isTheSameEverywhere() {
        // echo -en '\x06orders\x0aValueError\x0corder <*> ok' | sha256sum
        QCOMPARE(fingerprint("orders", "ValueError", "order <*> ok"), QByteArray("eeae04e034a35c84"));
    }
    void everyPartTells() {
        const QByteArray one = fingerprint("a", "b", "c");
        QCOMPARE(one.size(), 16);
        for (const QByteArray& other :
             {fingerprint("ab", "", "c"), fingerprint("", "ab", "c"), fingerprint("a", "bc", ""),
              fingerprint("a", "b", "d"), fingerprint("", "", "abc")})
            QVERIFY(other != one);
    }

    void readsErrorDetails_data() {
        QTest::addColumn<QByteArray>("details");
        QTest::addColumn<QByteArray>("type");
        // ' stands for ", and ^ for \"
        const auto row = [](const char* name, const char* details, const char* type) {
            QTest::newRow(name) << QByteArray(details).replace('\'', '"').replace('^', "\\\"") << QByteArray(type);
        };
        row("nothing", "", "");
        row("no JSON", "{", "");
        row("no object", "['ValueError']", "");
        row("empty", "{}", "");
        row("type", "{'type':'ValueError','message':'x'}", "ValueError");
        row("type and code", "{'code':1205,'type':'DeadlockError'}", "DeadlockError 1205");
        row("code alone", "{'code':'E42'}", "E42");
        row("type before class", "{'class':'b','type':'a','name':'c'}", "a");
        row("other spellings", "{'error_class':'A','errorCode':-5}", "A -5");
        row("exception with message", "{'exception':'java.io.IOException: no space left'}", "java.io.IOException");
        row("exception with colon", "{'exception':'ValueError:'}", "ValueError");
        row("inner", "{'error':{'type':'TimeoutError','code':'ETIMEDOUT'}}", "TimeoutError ETIMEDOUT");
        row("code outside, type inside", "{'status':503,'cause':{'cause':{'name':'Busy'}}}", "Busy 503");
        row("null type", "{'type':null,'class':7,'name':'N'}", "N");
        row("blanks", "{'type':'  a\\tb\\nc\\u0000 '}", "a b c");
        row("java", "{'type':'E','stackTrace':'E: m\\n\\tat com.foo.Bar.baz(Bar.java:123)\\n\\tat x.y(Z.java:1)'}",
            "E at com.foo.Bar.baz(Bar.java)");
        row("javascript", "{'stack':'TypeError: x\\n    at foo (/srv/app/db.js:10:5)\\n    at bar (b.js:1:1)'}",
            "at foo (db.js)");
        row("python",
            "{'traceback':'Traceback (most recent call last):\\n  File ^/a/main.py^, line 3, in main\\n    go()\\n"
            "  File ^/a/db.py^, line 10, in connect\\n    raise X\\nValueError: y'}",
            "at File db.py, line <*>, in connect");
        row("python array",
            "{'type':'V','traceback':['  File ^/a/m.py^, line 3, in main\\n','  File ^/a/d.py^, line 4, in f\\n']}",
            "V at File d.py, line <*>, in f");
        row("go", "{'stack':'goroutine 1 [running]:\\nmain.handle(0xc000010)\\n\\t/src/main.go:12 +0x1d'}",
            "at main.handle(<*>)");
        row("dotnet", "{'stackTrace':'   at Shop.Orders.Save(Int32 id) in C:\\\\src\\\\Orders.cs:line 42'}",
            "at Shop.Orders.Save(Int<*> id) in Orders.cs:line <*>");
        row("array of texts", "{'stack':['pool.connect','pool.get']}", "at pool.connect");
        row("array of objects",
            "{'type':'T','frames':[{'file':'/a/b/pool.py','lineno':7,'function':'connect'},{'function':'x'}]}",
            "T at connect (pool.py)");
        row("class and method", "{'stacktrace':[{'class':'a.B','method':'c','file':'B.java','line':3}]}",
            "at a.B.c (B.java)");
        row("trace without frames", "{'type':'T','stack':''}", "T");
        row("trace of nothing", "{'type':'T','stack':[1,null,{}]}", "T");
    }
    void readsErrorDetails() {
        QFETCH(QByteArray, details);
        QFETCH(QByteArray, type);
        QCOMPARE(errorType(details), type);
    }

    void lineNumbersDoNotTell() {
        QCOMPARE(firstStackFrame("at a.b(C.java:10)"), firstStackFrame("  at a.b(C.java:999)\r\n at d.e(F.java:1)"));
    }
    void isBounded() {
        const QByteArray type = errorType("{\"type\":\"" + QByteArray("\xc3\xbc").repeated(5000) + "\",\"stack\":\""
                                          + QByteArray("x").repeated(100'000) + "\"}");
        QVERIFY(type.size() <= 200);
        QVERIFY(type.isValidUtf8());
        QCOMPARE(errorType(QByteArray("{\"error\":").repeated(100'000)), QByteArray());
        QByteArray deep = QByteArray("{\"error\":").repeated(2000) + "1" + QByteArray(2000, '}');
        QCOMPARE(errorType(deep), QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestFingerprint)
#include "tst_fingerprint.moc"
