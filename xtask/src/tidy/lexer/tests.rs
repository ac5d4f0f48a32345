//! What is code, what is a string and what is a comment.

use super::*;

fn code(source: &str) -> String {
    views(source).code.join("\n")
}

fn text(source: &str) -> String {
    views(source).text.join("\n")
}

#[test]
fn comments_are_in_neither_view() {
    assert_eq!(text("/// async\nfn a() {} // async\n"), "\nfn a() {} \n");
    assert_eq!(code("a /* b /* c */ \n d */ e"), "a \n e");
}

#[test]
fn strings_are_text_but_not_code() {
    assert_eq!(code("f(\"async // x\\\"y\") + 1"), "f(\"\") + 1");
    assert_eq!(text("f(\"async // x\") + 1"), "f(\"async // x\") + 1");
    assert_eq!(code("r#\"a \" b\"# + br\"c\" + r"), "\"\" + \"\" + r");
}

#[test]
fn characters_and_lifetimes_are_told_apart() {
    assert_eq!(
        code("'\"' + '\\'' + '/' + f::<'a>(\"b\")"),
        "\"\" + \"\" + \"\" + f::<'a>(\"\")"
    );
}

#[test]
fn lines_stay_where_they_are() {
    let views = views("a\n\"b\nc\"\n/* d\n */ e\n");
    assert_eq!(views.code.len(), views.text.len());
    assert_eq!(views.code, ["a", "\"", "\"", "", " e", ""]);
}
