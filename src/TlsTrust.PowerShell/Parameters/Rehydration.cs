using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using TlsTrust.Diagnosis;
using TlsTrust.Results;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>
/// Makes <c>Deserialized.TlsTrust.*</c> property bags what they were before. PowerShell's own way, a type converter named in the types
/// file, would load the engine when the module is imported.
/// </summary>
internal static class Rehydration
{
    private const string Prefix = "Deserialized.TlsTrust.";

    // By the bag: a view and a script ask for one property after the other.
    private static readonly ConditionalWeakTable<object, IResult> Known = [];

    /// <summary>
    /// Our object behind <paramref name="input"/>, live or deserialised; anything else comes back untouched. Never throws.
    /// </summary>
    public static object? Restore(object? input)
    {
        if (input is not PSObject bag)
        {
            return input;
        }

        if (bag.BaseObject is IResult live)
        {
            return live;
        }

        string? name = bag.TypeNames.FirstOrDefault();
        if (name?.StartsWith(Prefix, StringComparison.Ordinal) != true)
        {
            return input;
        }

        object key = bag.BaseObject is PSCustomObject ? bag : bag.BaseObject;
        if (Known.TryGetValue(key, out IResult? known))
        {
            return known;
        }

        Type? type = typeof(IResult).Assembly.GetType(name["Deserialized.".Length..]);
        try
        {
            // No other type of the engine is ever made because a file or a machine says its name.
            if (type is not { IsAbstract: false } || !(type.IsAssignableTo(typeof(IResult)) || type == typeof(Endpoint)))
            {
                return input;
            }

            // A packed part that can't be read leaves nothing to judge: the rest alone would look like a report without certificates.
            object? built = bag.Properties[KeptObject.Name] is PSNoteProperty kept ? Unpacked($"{kept.Value}", bag, type)
                : Build(bag, type);
            if (built is IResult result)
            {
                Known.AddOrUpdate(key, result);
            }

            return built ?? input;
        }
        catch (Exception fault)
            when (fault is TargetInvocationException or ArgumentException or MemberAccessException or InvalidCastException)
        {
            return input; // a bag of another version, or one that was tampered with: the binder says that it does not fit
        }
    }

    /// <summary>True for what is left of an object of ours, whether it can be restored or not.</summary>
    public static bool IsOurs(object? input) =>
        input is PSObject { BaseObject: not IResult } bag
            && bag.TypeNames.FirstOrDefault()?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    // What travels beside the packed part counts: it is what a person sees in the file.
    private static IResult? Unpacked(string text, PSObject bag, Type type)
    {
        if (!KeptResult.TryUnpack(text, type, out IResult? result))
        {
            return null;
        }

        Fill(result, bag, type);
        return result;
    }

    private static object? Build(PSObject bag, Type type)
    {
        object? made;
        if (type.GetConstructor(Type.EmptyTypes) is { } plain)
        {
            made = plain.Invoke(null);
        }
        else
        {
            ConstructorInfo? positional = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length)
                .FirstOrDefault();
            if (positional is null)
            {
                return null;
            }

            made = positional.Invoke(
                [.. positional.GetParameters().Select(parameter => Value(bag, parameter.Name!, parameter.ParameterType))]);
        }

        Fill(made, bag, type);
        return MissingValues.TryFill(made) ? made : null;
    }

    private static void Fill(object made, PSObject bag, Type type)
    {
        foreach (PropertyInfo property in type.GetProperties()
            .Where(property => property.CanWrite && property.GetIndexParameters().Length == 0))
        {
            if (Value(bag, property.Name, property.PropertyType) is { } value)
            {
                property.SetValue(made, value);
            }
        }
    }

    // As it stands in the file: what the types file puts over it asks for the whole, and would ask in a circle.
    private static object? Value(PSObject bag, string name, Type type) =>
        Convert((bag.Members["psadapted"] as PSMemberSet)?.Properties[name]?.Value, type);

    private static object? Convert(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        PSObject? bag = value as PSObject;
        object? plain = bag?.BaseObject ?? value;
        if (plain is null || type.IsInstanceOfType(plain))
        {
            return plain;
        }

        if (ItemType(type) is { } item)
        {
            // A level that was cut off by a small serialisation depth arrives as text: one item for a list of text, else nothing is known.
            IEnumerable items = plain is string or not IEnumerable ? (item == typeof(string) ? new[] { plain } : Array.Empty<object>())
                : (IEnumerable)plain;
            object?[] converted = [.. items.Cast<object?>().Select(entry => Convert(entry, item)).Where(entry => entry is not null)];
            Array typed = Array.CreateInstance(item, converted.Length);
            Array.Copy(converted, typed, converted.Length);
            return type.IsArray ? typed : Activator.CreateInstance(typeof(ResultList<>).MakeGenericType(item), typed);
        }

        if (type == typeof(TagSet))
        {
            return plain is IDictionary tags
                ? new TagSet(tags.Keys.Cast<object>().Select(key => KeyValuePair.Create($"{key}", $"{tags[key]}")))
                : null;
        }

        if (bag is not null && type.Assembly == typeof(IResult).Assembly && !type.IsEnum && plain is not string)
        {
            return Build(bag, type);
        }

        return LanguagePrimitives.TryConvertTo(plain, type, CultureInfo.InvariantCulture, out object? result) ? result : null;
    }

    private static Type? ItemType(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.IsAssignableFrom(typeof(ResultList<>).MakeGenericType(type.GetGenericArguments()[0]))
            ? type.GetGenericArguments()[0]
        : null;
}
