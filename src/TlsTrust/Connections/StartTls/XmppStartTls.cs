using System.Security;
using System.Text;

namespace TlsTrust.Connections.StartTls;

/// <summary>XMPP: RFC 6120 §5. The few stanzas are found by their tags: a whole XML parser would be one more thing to attack.</summary>
internal static class XmppStartTls
{
    private const string TlsNamespace = "urn:ietf:params:xml:ns:xmpp-tls";

    public static async Task RunAsync(PlainDialogue dialogue, string contentNamespace, CancellationToken cancellationToken)
    {
        string to = SecurityElement.Escape(dialogue.ServerName);
        string open = $"<?xml version='1.0'?><stream:stream xmlns='{contentNamespace}' xmlns:stream='http://etherx.jabber.org/streams' " +
            $"to='{to}' version='1.0'>";
        await dialogue.SendAsync(Encoding.ASCII.GetBytes(open), cancellationToken);
        string features =
            await dialogue.ReadThroughAsync(text =>
                text.TrimStart() is { Length: > 0 } said && said[0] != '<' ? 0
                    : EndOf(text, "stream:features", "stream:error"), cancellationToken);
        if (features.Length == 0 || !features.Contains("stream", StringComparison.Ordinal))
        {
            throw dialogue.WrongProtocol();
        }

        if (features.Contains("<stream:error", StringComparison.Ordinal))
        {
            throw dialogue.RefusedWith(features[features.IndexOf("<stream:error", StringComparison.Ordinal)..]);
        }

        if (!features.Contains("<starttls", StringComparison.Ordinal) || !features.Contains(TlsNamespace, StringComparison.Ordinal))
        {
            throw dialogue.Refused("STARTTLS is not among its stream features.");
        }

        await dialogue.SendAsync(Encoding.ASCII.GetBytes($"<starttls xmlns='{TlsNamespace}'/>"), cancellationToken);
        string answer = await dialogue.ReadThroughAsync(text => EndOf(text, "proceed", "failure", "stream:error"), cancellationToken);
        if (!answer.Contains("<proceed", StringComparison.Ordinal))
        {
            throw dialogue.RefusedWith(answer.Trim());
        }
    }

    /// <summary>Where the first of some elements ends, or -1 while it has not.</summary>
    private static int EndOf(string text, params string[] names)
    {
        foreach (string name in names)
        {
            int start = text.IndexOf("<" + name, StringComparison.Ordinal);
            int tagEnd = start < 0 ? -1 : text.IndexOf('>', start);
            if (tagEnd < 0)
            {
                continue;
            }

            if (text[tagEnd - 1] == '/')
            {
                return tagEnd + 1;
            }

            string close = $"</{name}>";
            int closeAt = text.IndexOf(close, tagEnd, StringComparison.Ordinal);
            if (closeAt >= 0)
            {
                return closeAt + close.Length;
            }
        }

        return -1;
    }
}
