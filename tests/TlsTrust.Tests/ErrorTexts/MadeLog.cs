using System.Text;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>Logs for the tests.</summary>
internal static class MadeLog
{
    /// <summary>A log in which failures stand among lines that are none.</summary>
    internal static string Of(int seed, int lines)
    {
        Random random = new(seed);
        StringBuilder log = new();
        for (int i = 0; i < lines; i++)
        {
            log.Append(random.Next(60) switch
            {
                0 => $"curl: (60) SSL certificate problem: certificate has expired\r\n",
                1 => $"npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error request to https://r{random.Next(9)}.python.org/x failed, " +
                    $"reason: self-signed certificate in certificate chain\n",
                2 => $"Get \"https://h{random.Next(9)}.python.org:8443/\": x509: certificate signed by\n unknown authority\n",
                3 => "\e[31mERROR\e[0m {\"msg\":\"Get \\\"https:\\/\\/j.python.org\\/\\\": x509: certificate has expired\\nor is not " +
                    "yet valid\"}\n",
                _ => $"2026-05-01 10:{random.Next(60):00}:00 INFO request {random.Next()} served in {random.Next(99)} ms to " +
                    $"192.0.2.{random.Next(250)}:{random.Next(65535)}\n",
            });
        }

        return log.ToString();
    }
}
