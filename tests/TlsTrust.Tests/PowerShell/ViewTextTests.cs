using TlsTrust.PowerShell.Output;

namespace TlsTrust.Tests.PowerShell;

public sealed class ViewTextTests
{
    [Fact]
    public void Breaks_between_words_and_keeps_the_indentation_of_a_list_item() =>
        Assert.Equal(
            "The server does not send\n  - the intermediate that\n    signed its certificate\nend",
            ViewText.Wrap("The server does not send\n  - the intermediate that signed its certificate\nend", 26));

    [Fact]
    public void Keeps_a_word_whole_that_is_longer_than_the_line() =>
        Assert.Equal($"SHA-256\n{new string('A', 64)}\nok", ViewText.Wrap($"SHA-256 {new string('A', 64)} ok", 40));

    [Fact]
    public void Breaks_a_word_behind_a_separator_where_the_window_ends_and_keeps_the_indentation() =>
        Assert.Equal("  https://ca.example.org/\n  issuing.cer; then", ViewText.Wrap("  https://ca.example.org/issuing.cer; then", 30, 30));

    [Theory]
    [InlineData("ProxyAuthenticationRequired", "ProxyAuthentication\nRequired")]
    [InlineData("0123456789ABCDEF0123456789", "0123456789ABCDEF0123\n456789")]
    [InlineData("日本証明書株式会社の認証局", "日本証明書株式会社の\n認証局")]
    [InlineData("company-roots-2026.pem", "company-roots-\n2026.pem")]
    [InlineData("-Djavax.net.ssl.trustStore=/a -Db=c", "-Djavax.net.ssl.\ntrustStore=/a -Db=c")]
    public void Breaks_words_that_are_longer_than_their_column(string text, string expected) =>
        Assert.Equal(expected, ViewText.Column(text, 20));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Takes_what_is_not_there(string? text) => Assert.Equal("", ViewText.Wrap(text, 40));

    [Fact]
    public void A_host_without_a_window_gets_a_hundred_columns() =>
        Assert.All(ViewText.Wrap(string.Concat(Enumerable.Repeat("word ", 200)), 10, null).Split('\n'), line =>
            Assert.InRange(line.Length, 1, 90));
}
