using System.Collections.Concurrent;
using System.Reflection;

namespace TlsTrust.Results;

/// <summary>
/// A result that comes back from a file or another machine may lack what another version did not write, or what somebody took out. What
/// must not be missing gets its empty value, so that no getter throws.
/// </summary>
public static class MissingValues
{
    private static readonly ConcurrentDictionary<Type, (PropertyInfo Property, Func<object>? Empty)[]> Known = new();

    /// <summary>Fills them in.</summary>
    /// <param name="result">A result or a part of one, as it was read.</param>
    /// <returns>False where something is missing that has no empty value.</returns>
    public static bool TryFill(object result)
    {
        ArgumentNullException.ThrowIfNull(result);
        foreach ((PropertyInfo property, Func<object>? empty) in Known.GetOrAdd(result.GetType(), Required))
        {
            if (property.GetValue(result) is not null)
            {
                continue;
            }

            if (empty is null)
            {
                return false;
            }

            property.SetValue(result, empty());
        }

        return true;
    }

    private static (PropertyInfo Property, Func<object>? Empty)[] Required(Type type)
    {
        NullabilityInfoContext nullability = new();
        return [.. type.GetProperties()
            .Where(property => property.CanWrite && !property.PropertyType.IsValueType && property.GetIndexParameters().Length == 0
                && nullability.Create(property).ReadState == NullabilityState.NotNull)
            .Select(property => (property, Empty(property.PropertyType)))];
    }

    private static Func<object>? Empty(Type type) =>
        type == typeof(string) ? static () => ""
        : type == typeof(TagSet) ? static () => TagSet.Empty
        : type.IsArray ? () => Array.CreateInstance(type.GetElementType()!, 0)
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ResultList<>)
            ? () => Activator.CreateInstance(type, Array.CreateInstance(type.GetGenericArguments()[0], 0))!
        : !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null ? () => Activator.CreateInstance(type)!
        : null;
}
