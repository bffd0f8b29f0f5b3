use super::pattern;

#[test]
fn only_the_star_stands_for_anything() {
    for (form, expected) in [
        ("a", "%a%"),
        ("a*", "a%"),
        ("*a*b", "%a%b"),
        ("50%", "%50\\%%"),
        ("a_b*", "a\\_b%"),
        ("\\", "%\\\\%"),
    ] {
        assert_eq!(pattern(form), expected);
    }
}
