using TlsTrust.ErrorTexts;
using TlsTrust.ErrorTexts.Catalogue;

namespace TlsTrust.Tests.ErrorTexts;

public sealed class TlsErrorCatalogueTests
{
    private static TlsErrorCatalogue Catalogue => TlsErrorCatalogue.BuiltIn;

    [Fact]
    public void A_thousand_messages_are_known_and_at_least_sixty_were_provoked()
    {
        Assert.True(Catalogue.Messages.Count >= 1000);
        Assert.True(Catalogue.Messages.Count(message => message.Seen is not null) >= 60);
    }

    [Fact]
    public void Ids_are_unique_and_no_words_belong_to_two_messages()
    {
        Assert.Equal(Catalogue.Messages.Count, Catalogue.Messages.Select(message => message.Id).Distinct().Count());
        string[] words = [.. Catalogue.Messages.SelectMany(message => message.Text).Select(text => text.ToLowerInvariant())];
        Assert.Equal(words.Length, words.Distinct().Count());
    }

    [Fact]
    public void A_kind_is_whole_and_used_and_says_something_of_its_own()
    {
        HashSet<string> used =
            [.. Catalogue.Messages.SelectMany(message => (TlsErrorKind?[])[message.Kind, message.KindAtServer]).OfType<TlsErrorKind>()
                .Select(kind => kind.Id),
            .. Catalogue.Words.Faults.Select(fault => fault.Kind)];
        Assert.All(Catalogue.Kinds.Values, kind =>
        {
            Assert.EndsWith(".", kind.Meaning);
            Assert.EndsWith(".", kind.Remedy);
            Assert.NotEmpty(kind.Causes.Select(cause => cause.ToString()).Concat(kind.Findings.Select(id => id.ToString())));
            Assert.DoesNotContain(Cause.None, kind.Causes);
            Assert.Equal(kind.Causes.Count, kind.Causes.Distinct().Count());
            Assert.Contains(kind.Id, used);
        });
    }

    [Fact]
    public void What_could_not_be_checked_is_never_called_revoked() =>
        Assert.All(Catalogue.Kinds.Values.Where(kind => kind.Findings.Contains(FindingId.RevocationUnknown)), kind =>
            Assert.DoesNotContain(Cause.Revoked, kind.Causes));

    [Fact]
    public void A_message_has_a_source_and_is_found_by_each_of_its_spellings()
    {
        Assert.All(Catalogue.Messages, message =>
        {
            Assert.NotEmpty(message.Source);
            Assert.All(message.Text, text =>
            {
                TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve($"TLS error (x) {text} (y)"));

                // What says only that it failed gives way to words beside it that say more.
                Assert.True(found.MessageId == message.Id || message.Generic, $"'{text}' of {message.Id} is taken for {found.MessageId}");
            });
        });
    }

    [Fact]
    public void A_client_is_made_of_clients_that_are_known_and_names_a_known_program()
    {
        HashSet<string> programs = [.. TlsTrust.Environment.Catalogue.ProgramCatalogue.Programs.Select(program => program.Id)];
        Assert.All(Catalogue.Clients.Values, client =>
        {
            Assert.All(client.Of, below => Assert.True(Catalogue.Clients.ContainsKey(below), $"{client.Name}: {below}"));
            Assert.True(client.Program is null || programs.Contains(client.Program), $"{client.Name}: {client.Program}");
        });
    }
}
