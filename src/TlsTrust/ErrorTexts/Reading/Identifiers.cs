namespace TlsTrust.ErrorTexts.Reading;

/// <summary>
/// Words inside the name of something: <c>test_ssl_certificate_verify_failed</c>, <c>expired.pem</c>. They report nothing.
/// </summary>
internal static class Identifiers
{
    private const int LongestArticle = 8;

    private static readonly string[] Articles =
    [
        " a ", " the ", " their ", " your ", " own ", " our ", " my ", " using ", " with ", " of ", " for ", " any ", " trust ", " new ",
        " use ",
    ];

    /// <summary>
    /// True where what stands between two indexes is a part of a longer name. Capitals are the code of an error even then:
    /// <c>X509_V_ERR_CERT_HAS_EXPIRED</c>.
    /// </summary>
    /// <param name="clean">The text as it is written.</param>
    /// <param name="start">Index of the first character.</param>
    /// <param name="end">Index behind the last.</param>
    internal static bool Hold(ReadOnlySpan<char> clean, int start, int end)
    {
        ReadOnlySpan<char> words = clean[start..end];
        bool isGlued = (PlainText.IsWord(words[0]) && GluesBefore(clean, start))
            || (PlainText.IsWord(words[^1]) && GluesAfter(clean, end, words.IndexOf(' ') < 0));
        return isGlued && words.IndexOfAnyInRange('a', 'z') >= 0;
    }

    /// <summary>
    /// True where words stand behind a hyphen or an underscore: "esp-tls: failed to …" is not what Go says with "tls: failed to …".
    /// </summary>
    internal static bool GoesBefore(ReadOnlySpan<char> clean, int start) => char.IsAsciiLetter(clean[start]) && GluesBefore(clean, start);

    /// <summary>True behind "::": the member of a type, <c>CertificateError::Expired</c>.</summary>
    internal static bool IsMember(ReadOnlySpan<char> clean, int start) =>
        start > 1 && clean[start - 1] == ':' && clean[start - 2] == ':' && (start < 3 || clean[start - 3] != ' ');

    /// <summary>True behind an article or another word that makes what follows a thing in a sentence: "trust a self-signed certificate".
    /// </summary>
    internal static bool IsThing(ReadOnlySpan<char> clean, int start)
    {
        ReadOnlySpan<char> before = clean[Math.Max(0, start - LongestArticle)..start];
        foreach (string article in Articles)
        {
            if (before.EndsWith(article, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool GluesBefore(ReadOnlySpan<char> clean, int start) =>
        start > 1 && (clean[start - 1] == '_' || (clean[start - 1] == '-' && char.IsAsciiLetterLower(clean[start - 2])
            && char.IsAsciiLetterLower(clean[start])));

    private static bool GluesAfter(ReadOnlySpan<char> clean, int end, bool isWord)
    {
        if (end + 1 >= clean.Length)
        {
            return false;
        }

        bool goesOn = clean[end - 1] is (>= 'a' and <= 'z') or (>= '0' and <= '9') && char.IsAsciiLetterLower(clean[end + 1]);
        return (clean[end] == '_' && PlainText.IsWord(clean[end + 1])) || (goesOn && clean[end] == '-')
            || (isWord && goesOn && clean[end] == '.');
    }
}
