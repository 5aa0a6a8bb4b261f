using TlsTrust.ErrorTexts;

namespace TlsTrust.Tests.ErrorTexts;

public sealed class TlsErrorCatalogueTests
{
    public static TheoryData<string> Ids => [.. TlsErrorCatalogue.BuiltIn.Messages.Select(message => message.Id)];

    [Fact]
    public void At_least_sixty_messages_are_known_and_at_least_sixty_were_provoked()
    {
        Assert.True(TlsErrorCatalogue.BuiltIn.Messages.Count >= 200);
        Assert.True(TlsErrorCatalogue.BuiltIn.Messages.Count(message => message.Seen is not null) >= 60);
    }

    [Fact]
    public void Ids_are_unique_and_no_words_belong_to_two_messages()
    {
        ResultList<TlsErrorMessage> messages = TlsErrorCatalogue.BuiltIn.Messages;
        Assert.Equal(messages.Count, messages.Select(message => message.Id).Distinct().Count());
        string[] words = [.. messages.SelectMany(message => message.Text).Select(text => text.ToLowerInvariant())];
        Assert.Equal(words.Length, words.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_message_has_a_source_a_meaning_and_causes_and_is_found_by_each_of_its_spellings(string id)
    {
        TlsErrorMessage message = TlsErrorCatalogue.BuiltIn.Messages.Single(message => message.Id == id);
        Assert.NotEmpty(message.Source);
        Assert.EndsWith(".", message.Meaning);
        Assert.NotEmpty(message.Causes);
        Assert.Equal(message.Causes.Count, message.Causes.Distinct().Count());
        Assert.DoesNotContain(Cause.None, message.Causes);
        Assert.All(message.Text, text =>
        {
            TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve($"error (x) {text} (y)"));
            Assert.Equal(id, found.MessageId);
        });
    }
}
