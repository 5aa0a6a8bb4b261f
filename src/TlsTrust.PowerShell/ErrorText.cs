using System.Collections;
using System.Management.Automation;
using System.Text;

namespace TlsTrust.PowerShell;

/// <summary>Everything that an object says about an error: an error record with its inner exceptions and the request it is about, or plain text.</summary>
internal static class ErrorText
{
    // Deeper nests than this are loops.
    private const int DeepestException = 32;

    public static string Of(PSObject item) => item.BaseObject switch
    {
        string text => text,
        ErrorRecord record => Record(record),
        Exception exception => Exceptions(exception),
        IContainsErrorRecord { ErrorRecord: { } record } => Record(record),
        IList list when item.BaseObject is not byte[] => string.Join("\n", list.Cast<object?>().Where(entry => entry is not null).Select(entry => Of(PSObject.AsPSObject(entry!)))),
        _ => item.ToString() ?? "",
    };

    private static string Record(ErrorRecord record)
    {
        // A native command's error stream arrives as one record a line; its exception is not the client's.
        if (record.FullyQualifiedErrorId is "NativeCommandError" or "NativeCommandErrorMessage")
        {
            return record.ToString();
        }

        StringBuilder text = new();
        if (Request(record.TargetObject) is { } request)
        {
            text.AppendLine(request);
        }

        // The command is the client: Invoke-WebRequest, Install-Module.
        text.AppendLine(record.InvocationInfo?.MyCommand?.Name);
        text.AppendLine(record.ErrorDetails?.Message);
        text.Append(Exceptions(record.Exception));
        return text.ToString();
    }

    private static string Exceptions(Exception? exception)
    {
        StringBuilder text = new();
        for (int depth = 0; exception is not null && depth < DeepestException; depth++)
        {
            text.Append(exception.GetType().FullName).Append(": ").AppendLine(exception.Message);
            exception = exception is AggregateException { InnerExceptions: [{ } first, ..] } ? first : exception.InnerException;
        }

        return text.ToString();
    }

    /// <summary>Where the failed request went: Invoke-WebRequest and Invoke-RestMethod keep it as the target.</summary>
    private static string? Request(object? target) => (target is PSObject wrapped ? wrapped.BaseObject : target) switch
    {
        HttpRequestMessage { RequestUri: { IsAbsoluteUri: true } uri } => uri.GetLeftPart(UriPartial.Authority),
        Uri { IsAbsoluteUri: true } uri => uri.GetLeftPart(UriPartial.Authority),
        System.Net.WebRequest request => request.RequestUri.GetLeftPart(UriPartial.Authority),
        _ => null,
    };
}
