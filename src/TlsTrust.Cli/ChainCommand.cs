using System.CommandLine;
using TlsTrust.Clients;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Paths;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Cli;

/// <summary>`tlstrust chain`: the chain of an endpoint or a file, as presented and as built, as text, JSON or a picture.</summary>
internal static class ChainCommand
{
    public static Command Create()
    {
        Argument<string[]> inputs = new("endpoint-or-file") { Description = "Hosts (host, host:port, smtp://host) and certificate files of any form.", Arity = ArgumentArity.OneOrMore };
        Option<string?> hostName = new("--host-name") { Description = "The name the certificate has to cover, and that is sent as SNI." };
        Option<string?> store = new("--trust-store") { Description = "Bundle file or hashed directory in place of the default store." };
        Option<string[]> intermediate = new("--intermediate") { Description = "A file with certificates that are sent along with a file's.", AllowMultipleArgumentsPerToken = true };
        Option<string[]> search = new("--search-path") { Description = "Files and folders in which missing issuers are looked for.", AllowMultipleArgumentsPerToken = true };
        Option<string?> at = new("--at") { Description = "Judge for this time (ISO 8601, UTC)." };
        Option<PathPolicy> policy = new("--policy") { Description = "Default, or Strict: RFC 5280 to the letter." };
        Option<bool> noDownload = new("--no-download") { Description = "Leave the URLs in certificates alone." };
        Option<RevocationMode> revocation = new("--revocation") { Description = "None, Offline or Online." };
        Option<bool> all = new("--all") { Description = "List every valid path, and every partial one with the reason it ends." };
        Option<bool> leafFirst = new("--leaf-first") { Description = "Draw the tree from leaf to root." };
        Option<bool> json = new("--json") { Description = "Print one JSON array." };
        Option<ChainPictureFormat?> picture = new("--as") { Description = "Print a picture: Mermaid, Svg, Html; or the file a server should be given: Pem." };
        Command command = new("chain", "Shows the chain of an endpoint or a certificate file: what was sent, what is missing, what it leads to.")
        {
            inputs, hostName, store, intermediate, search, at, policy, noDownload, revocation, all, leafFirst, json, picture,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (!CertificateInput.TryTime(parsed.GetValue(at), out DateTime? time)
                || !CertificateInput.TryHostName(parsed.GetValue(hostName), out string? host)
                || CertificateInput.Certificates(parsed.GetValue(intermediate) ?? []) is not { } intermediates
                || CertificateInput.Sources(parsed.GetValue(search) ?? []) is not { } sources)
            {
                return ExitCode.Usage;
            }

            TrustStore anchors = CertificateInput.Store(parsed.GetValue(store));
            ChainInspectionOptions options = new()
            {
                Store = anchors,
                StoreOf = parsed.GetValue(store) is null ? AnchorScopes.Of(ProcessEnvironment.Instance.Platform) : AnchorScope.EveryClient,
                Urls = new() { Proxy = CertificateInput.Proxies },
                HostName = host,
                Intermediates = intermediates,
                AtHand = sources,
                At = time,
                Policy = parsed.GetValue(policy),
                NoDownload = parsed.GetValue(noDownload),
                Revocation = parsed.GetValue(revocation),
                All = parsed.GetValue(all),
            };
            List<CertificateChain> chains = [];
            bool usage = false;
            using ChainInspector inspector = new(options);
            foreach (string input in parsed.GetValue(inputs)!)
            {
                if (CertificateInput.IsPath(input))
                {
                    if (CertificateInput.Read(input) is not { } presented)
                    {
                        usage = true;
                        continue;
                    }

                    await foreach (CertificateChain chain in inspector.InspectAsync(presented, cancellation))
                    {
                        chains.Add(chain);
                    }

                    continue;
                }

                Endpoint endpoint = Endpoint.Parse(input);
                if (endpoint.Error is not null)
                {
                    Console.Error.WriteLine($"tlstrust: {endpoint.Error}");
                    usage = true;
                    continue;
                }

                await foreach (EndpointReport report in EndpointTester.TestAsync([endpoint], Endpoints(options), cancellation))
                {
                    chains.Add(inspector.Inspect(report));
                }
            }

            Print(chains, parsed.GetValue(json), parsed.GetValue(picture), parsed.GetValue(leafFirst));
            return usage ? ExitCode.Usage
                : chains.Exists(chain => chain.Verdict == Verdict.Untrusted) ? ExitCode.Untrusted
                : chains.Exists(chain => chain.Verdict == Verdict.Unreachable) ? ExitCode.Unreachable
                : ExitCode.Ok;
        });
        return command;
    }

    /// <summary>An endpoint is tested as `tlstrust test` does it.</summary>
    internal static EndpointTestOptions Endpoints(ChainInspectionOptions options) => new()
    {
        Connection = new() { HostName = options.HostName, Proxy = CertificateInput.Proxies },
        Store = options.Store,
        StoreOf = options.StoreOf,
        PublicRoots = options.PublicRoots,
        AtHand = options.AtHand,
        NoDownload = options.NoDownload,
        Urls = options.Urls,
        Revocation = options.Revocation,
        At = options.At,
        Policy = options.Policy,
    };

    private static void Print(List<CertificateChain> chains, bool json, ChainPictureFormat? picture, bool leafFirst)
    {
        if (json)
        {
            Console.WriteLine(Json.Text(chains));
            return;
        }

        foreach (CertificateChain chain in chains)
        {
            if (picture is { } format)
            {
                string drawn = ChainPicture.Draw(chain, format);
                Console.Out.Write(drawn);
                if (drawn.Length == 0)
                {
                    Console.Error.WriteLine($"tlstrust: no certificates to write: {chain.Summary}");
                }

                continue;
            }

            ChainText.Write(Console.Out, chain, leafFirst);
            Console.WriteLine();
        }
    }
}
