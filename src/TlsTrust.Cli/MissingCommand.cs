using System.CommandLine;
using System.Text;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Files;
using TlsTrust.Issuers;
using TlsTrust.Stores;

namespace TlsTrust.Cli;

/// <summary>`tlstrust missing`: the issuers that an endpoint does not send, or a file does not hold, and where they are.</summary>
internal static class MissingCommand
{
    public static Command Create()
    {
        Argument<string[]> inputs = new("endpoint-or-file") { Description = "Hosts (host, host:port, smtp://host) and certificate files of any form.", Arity = ArgumentArity.OneOrMore };
        Option<string?> store = new("--trust-store") { Description = "Bundle file or hashed directory in place of the default store." };
        Option<string[]> search = new("--search-path") { Description = "Files and folders to search, folders with all below them.", AllowMultipleArgumentsPerToken = true };
        Option<bool> noDownload = new("--no-download") { Description = "Leave the URLs in certificates alone." };
        Option<bool> allowPrivate = new("--allow-private-address") { Description = "Let downloads go to private addresses." };
        Option<bool> includeRoot = new("--include-root") { Description = "Give the root too." };
        Option<bool> all = new("--all") { Description = "Look on for further candidates." };
        Option<int> timeout = new("--timeout-seconds") { Description = "Limit for one download.", DefaultValueFactory = _ => 10 };
        Option<FileInfo?> destination = new("--destination") { Description = "Write what was found to this file, in order." };
        Option<bool> force = new("--force") { Description = "Overwrite the destination." };
        Option<bool> json = new("--json") { Description = "Print one JSON array." };
        Command command = new("missing", "Finds the issuers that a server does not send or a file does not hold.")
        {
            inputs, store, search, noDownload, allowPrivate, includeRoot, all, timeout, destination, force, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            FileInfo? file = parsed.GetValue(destination);
            if (file is { Exists: true } && !parsed.GetValue(force))
            {
                Console.Error.WriteLine($"tlstrust: '{file}' exists; --force overwrites it");
                return ExitCode.Usage;
            }

            if (CertificateInput.Sources(parsed.GetValue(search) ?? []) is not { } sources)
            {
                return ExitCode.Usage;
            }

            IssuerCache? cache = IssuerCache.Of(ProcessEnvironment.Instance);
            MissingIssuerOptions options = new()
            {
                Store = CertificateInput.Store(parsed.GetValue(store)),
                AtHand =
                [
                    .. sources,
                    .. MachineSources.Of(ProcessEnvironment.Instance),
                    .. cache is null ? Array.Empty<IssuerSource>() : [cache.Source()],
                ],
                Cache = cache,
                NoDownload = parsed.GetValue(noDownload),
                AllowPrivateAddress = parsed.GetValue(allowPrivate),
                IncludeRoot = parsed.GetValue(includeRoot),
                All = parsed.GetValue(all),
                Urls = new() { Proxy = CertificateInput.Proxies, FetchTimeout = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(timeout), 1, 3600)) },
            };
            List<IssuerMatch> matches = [];
            bool usage = false, unreachable = false;
            using MissingIssuerSearch finder = new(options);
            foreach (string input in parsed.GetValue(inputs)!)
            {
                PresentedCertificates? presented = null;
                if (CertificateInput.IsPath(input))
                {
                    presented = CertificateInput.Read(input);
                    usage |= presented is null;
                }
                else if (Endpoint.Parse(input) is { Error: null } endpoint)
                {
                    EndpointTestOptions connect = new() { Connection = new() { Proxy = CertificateInput.Proxies }, Store = options.Store, NoDownload = true };
                    await foreach (EndpointReport report in EndpointTester.TestAsync([endpoint], connect, cancellation))
                    {
                        presented = report.Presented.Count > 0 ? PresentedCertificates.From(report) : null;
                        if (presented is null)
                        {
                            Console.Error.WriteLine($"tlstrust: {report.Summary}");
                            unreachable = true;
                        }
                    }
                }
                else
                {
                    Console.Error.WriteLine($"tlstrust: {Endpoint.Parse(input).Error}");
                    usage = true;
                }

                if (presented is not null)
                {
                    matches.AddRange(await finder.FindAsync(presented, cancellation));
                }
            }

            Print(matches, parsed.GetValue(json));
            if (file is not null && matches.Exists(match => match.Certificate is not null))
            {
                try
                {
                    AtomicFile.Write(file.FullName, Encoding.ASCII.GetBytes(IssuerMatches.Pem(matches)));
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
                {
                    Console.Error.WriteLine($"tlstrust: {fault.Message}");
                    return ExitCode.Usage;
                }
            }

            return usage ? ExitCode.Usage
                : matches.Count > 0 ? ExitCode.Untrusted // something is missing from what was sent, found or not
                : unreachable ? ExitCode.Unreachable
                : ExitCode.Ok;
        });
        return command;
    }

    private static void Print(List<IssuerMatch> matches, bool json)
    {
        if (json)
        {
            Console.WriteLine(Json.Text(matches));
            return;
        }

        foreach (IssuerMatch match in matches)
        {
            Console.WriteLine($"{match.Origin}: {match.Summary}");
            if (match.Status == IssuerStatus.NotFound)
            {
                // A machine has dozens of stores: those without even a name are counted.
                ILookup<bool, IssuerAttempt> attempts = match.Attempts.ToLookup(attempt => attempt.Outcome == IssuerAttempt.NoName);
                foreach (IssuerAttempt attempt in attempts[false])
                {
                    Console.WriteLine($"  tried {attempt}");
                }

                Console.WriteLine($"  tried {attempts[true].Count()} more sources: {IssuerAttempt.NoName}");
            }
        }
    }
}
