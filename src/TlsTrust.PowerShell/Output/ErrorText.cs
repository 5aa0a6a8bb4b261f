using System.Collections;
using System.Management.Automation;
using System.Text;

namespace TlsTrust.PowerShell.Output;

/// <summary>
/// Everything that an object says about an error: an error record with its inner exceptions and the request it is about, an event, or plain
/// text.
/// </summary>
internal static class ErrorText
{
    // Deeper nests than this are loops.
    private const int DeepestException = 32;

    /// <summary>True for what tells of one failure and is no line of a longer text.</summary>
    public static bool IsRecord(PSObject item) => item.BaseObject switch
    {
        ErrorRecord record => !IsNative(record),
        Exception => true,
        string => false,
        _ => IsEvent(item),
    };

    public static string Of(PSObject item) => item.BaseObject switch
    {
        string text => text,
        ErrorRecord record => Record(record),
        Exception exception => Origin((exception as IContainsErrorRecord)?.ErrorRecord) + Exceptions(exception),
        IList list when item.BaseObject is not byte[] =>
            string.Join("\n", list.Cast<object?>().Where(entry => entry is not null).Select(entry => Of(PSObject.AsPSObject(entry!)))),
        _ => IsEvent(item) ? Event(item) : item.ToString() ?? "",
    };

    private static string Record(ErrorRecord record)
    {
        if (IsNative(record))
        {
            return record.ToString();
        }

        return Origin(record) + Exceptions(record.Exception);
    }

    /// <summary>The command that failed, which is the client (Invoke-WebRequest, Install-Module), and the request that it made.</summary>
    private static string Origin(ErrorRecord? record)
    {
        if (record is null)
        {
            return "";
        }

        // What comes from a job or another machine has lost its objects and kept their words.
        string? request = Request(record.TargetObject)
            ?? (record.CategoryInfo.TargetName.Contains("://", StringComparison.Ordinal) ? record.CategoryInfo.TargetName : null);
        string? command = record.InvocationInfo?.MyCommand?.Name ?? record.CategoryInfo.Activity;
        return string.Join('\n', request, command, record.ErrorDetails?.Message, "");
    }

    /// <summary>A native command's error stream arrives as one record a line; its exception is not the client's.</summary>
    private static bool IsNative(ErrorRecord record) => record.FullyQualifiedErrorId is "NativeCommandError" or "NativeCommandErrorMessage";

    private static string Exceptions(Exception? exception)
    {
        StringBuilder text = new();
        Append(exception, DeepestException);
        return text.ToString();

        void Append(Exception? inner, int depth)
        {
            if (inner is null || depth == 0)
            {
                return;
            }

            text.Append(inner.GetType().FullName).Append(": ").AppendLine(inner.Message);
            foreach (Exception below in inner is AggregateException several ? several.InnerExceptions
                : (IEnumerable<Exception>)(inner.InnerException is { } one ? [one] : []))
            {
                Append(below, depth - 1);
            }
        }
    }

    // By its members, since the type is Windows' own, and a record from another machine or from Import-Clixml has them too.
    private static bool IsEvent(PSObject item) =>
        item.TypeNames.Any(name =>
            name.EndsWith("EventLogRecord", StringComparison.Ordinal)
                || name.StartsWith("System.Diagnostics.EventLogEntry", StringComparison.Ordinal)
            || name.Contains(".EventLogEntry#", StringComparison.Ordinal));

    /// <summary>An event of Windows' log as its viewer shows it.</summary>
    private static string Event(PSObject item)
    {
        string source = Member(item, "ProviderName") ?? Member(item, "Source") ?? "";
        string number = Member(item, "Id") ?? Member(item, "EventID") ?? Member(item, "InstanceId") ?? "";
        return $"{source}\nEvent ID: {number}\n{Member(item, "Message")}";
    }

    private static string? Member(PSObject item, string name)
    {
        try
        {
            return item.Properties[name]?.Value?.ToString();
        }
        catch (GetValueException)
        {
            return null; // a record whose provider is not installed has no message
        }
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
