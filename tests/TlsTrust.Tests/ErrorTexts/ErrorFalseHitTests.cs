using System.Text;
using TlsTrust.ErrorTexts;
using TlsTrust.ErrorTexts.Catalogue;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>
/// The words of every message inside names, files, source code, settings, manuals and the logs of tests that passed: none is a failure.
/// </summary>
public sealed class ErrorFalseHitTests
{
    /// <summary>Numbers and short words mean nothing without a client or TLS in the line; that is held elsewhere.</summary>
    private const int ShortestWords = 8;

    private static readonly string[] Words =
        [.. TlsErrorCatalogue.BuiltIn.Messages.SelectMany(message => message.Text)
            .Where(text => text.Length >= ShortestWords && text.All(char.IsAscii) && text.Count(char.IsAsciiLetter) >= ShortestWords)];

    public static TheoryData<string, string> Lines => new()
    {
        { "a test that passed", "tests/test_tls.py::test_{name} PASSED [ 12%]" },
        { "a test that passed in Go", "--- PASS: TestVerify/{name} (0.00s)" },
        { "a test that passed in JavaScript", "  ✓ {words} (12 ms)" },
        { "a test that passed in Rust", "test tls::{name} ... ok" },
        { "a test that passed in words", "TLS errors: {words} ... ok" },
        { "a test that passed under JUnit", "TlsTest > {words} PASSED" },
        { "a condition", "    if (error.Message == \"{words}\") {" },
        { "a condition of Python", "    if '{words}' in str(error):" },
        { "a constant", "const string Expected = \"{words}\";" },
        { "an assignment", "ERROR_TEXT = '{words}'" },
        { "a result", "        return \"{words}\";" },
        { "a comment", "// {words}" },
        { "an assertion", "    Assert.Equal(\"{words}\", error.Message);" },
        { "a translation", "msgid \"{words}\"" },
        { "a thrown exception", "throw new TlsException(\"{words}\");" },
        { "a setting", "{name}_retries = 3" },
        { "a variable of the environment", "TLS_{name}_limit=3" },
        { "a file", "reading docs/{dashes}.md" },
        { "a manual", "If you see \"{words}\", add the certificate of the CA." },
        { "a list of changes", "- Fix: {words} behind a proxy (#123)" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Words_of_a_message_in_what_is_no_report_are_no_failure(string what, string line)
    {
        StringBuilder log = new();
        foreach (string words in Words)
        {
            string name = Joined(words, '_');
            log.Append(line.Replace("{words}", words.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal)
                .Replace("{name}", name, StringComparison.Ordinal)
                .Replace("{dashes}", name.Replace('_', '-'), StringComparison.Ordinal)).Append('\n');
        }

        Assert.True(Words.Length > 1000);
        string[] found = [.. TlsErrorResolver.Resolve(log.ToString()).Select(one => $"{Words[one.Line - 1]}: {one}")];
        Assert.True(found.Length == 0, $"{what}: {found.Length} of {Words.Length}\n{string.Join("\n", found)}");
    }

    [Fact]
    public void The_same_words_alone_are_one_each()
    {
        // What is silenced above is heard here, or the law would hold of a reader that hears nothing.
        int heard = Words.Count(words => TlsErrorResolver.Resolve($"TLS error: {words}").Count == 1);
        Assert.Equal(Words.Length, heard);
    }

    [Theory]
    [InlineData("We ask users to trust a self-signed certificate and save it.")]
    [InlineData("cert is invalid or expiring, regenerating a new one")]
    [InlineData("error_log /var/log/nginx/expired-certificates.log;")]
    [InlineData("Verify return code: 0 (ok)")]
    [InlineData("* SSL certificate verify ok.")]
    [InlineData("Tests: 2 passed; certificate has expired ........ ok")]
    [InlineData("{\"rejectUnauthorized\": false, \"tls_min_version\": \"1.2\"}")]
    [InlineData("ssl_verify_client optional;\nproxy_ssl_verify off;")]
    public void What_reads_like_a_failure_and_is_none_is_silent(string text) => Assert.Empty(TlsErrorResolver.Resolve(text));

    private static string Joined(string words, char by)
    {
        StringBuilder name = new();
        foreach (char c in words)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                name.Append(char.ToLowerInvariant(c));
            }
            else if (name.Length > 0 && name[^1] != by)
            {
                name.Append(by);
            }
        }

        return name.ToString().TrimEnd(by);
    }
}
