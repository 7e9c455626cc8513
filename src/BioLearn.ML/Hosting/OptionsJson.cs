using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Options as JSON for saved models: every property that a program can set, by its name in C#, enumerations by the names of their
/// members. Takes bool, int, long, float, double, string, enumerations, lists of these and options within options; a type of another
/// kind brings a <see cref="SavedFormAttribute"/>. What was renamed is still read under its <see cref="FormerNameAttribute"/>.
/// </summary>
/// <remarks>Uses no <c>JsonSerializer</c>: trimmed programs switch its reflection off.</remarks>
internal static class OptionsJson
{
    /// <exception cref="InvalidOperationException">An option is of a type that cannot be saved.</exception>
    public static string Text(object options) => Text(writer => WriteValue(writer, options));

    /// <summary>The text of whatever <paramref name="write"/> writes.</summary>
    public static string Text(Action<Utf8JsonWriter> write)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text))
            write(writer);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Writes the members of an object that the caller has begun.</summary>
    /// <inheritdoc cref="Text(object)" path="/exception"/>
    public static void WriteMembers(Utf8JsonWriter writer, object options)
    {
        foreach (PropertyInfo option in SavedMembers.Of(options.GetType()).Options)
        {
            writer.WritePropertyName(option.Name);
            try
            {
                WriteValue(writer, option.GetValue(options));
            }
            catch (NotSupportedException)
            {
                throw new InvalidOperationException($"{options.GetType().Name}.{option.Name} is a {option.PropertyType}; options of this type cannot be saved.");
            }
        }
    }

    public static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case int or long: writer.WriteNumberValue(Convert.ToInt64(value, null)); break;
            case float number when float.IsFinite(number): writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            case float or double: writer.WriteStringValue(FormattableString.Invariant($"{value}")); break;
            case string text: writer.WriteStringValue(text); break;
            case Enum member: writer.WriteStringValue(SavedMembers.NameOf(member)); break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (object? item in list)
                    WriteValue(writer, item);
                writer.WriteEndArray();
                break;
            default: WriteObject(writer, value); break;
        }
    }

    /// <summary>Options from text.</summary>
    /// <exception cref="InvalidDataException">The text is no JSON, has an option that <typeparamref name="T"/> does not, or a value of another type.</exception>
    public static T Read<T>(string text)
    {
        using JsonDocument document = Parse(text);
        return (T?)ReadValue(document.RootElement, typeof(T), typeof(T).Name) ?? throw new InvalidDataException("no options");
    }

    /// <exception cref="InvalidDataException">The text is no JSON.</exception>
    public static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"no JSON: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">There is no such member, or it is of another kind.</exception>
    public static JsonElement Member(JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) && member.ValueKind == kind ? member
            : throw new InvalidDataException($"the member {name}, {kind}, is missing");

    /// <summary>The member Version, from <paramref name="oldest"/> to <paramref name="newest"/>.</summary>
    /// <exception cref="InvalidDataException">It is missing, or another one.</exception>
    public static int Version(JsonElement element, string what, int newest, int oldest = 1) =>
        Member(element, "Version", JsonValueKind.Number).TryGetInt32(out int version) && version >= oldest && version <= newest ? version
            : throw new InvalidDataException($"version {element.GetProperty("Version").GetRawText()} of {what} was found, {oldest} to {newest} can be read");

    /// <summary>An object of a type from its members.</summary>
    /// <param name="element">The JSON object.</param>
    /// <param name="type">What is made.</param>
    /// <param name="others">Members that are the caller's.</param>
    /// <param name="ignoreUnknown">Passes over members that the type does not have, as version 0.1 did.</param>
    /// <exception cref="InvalidDataException">A member is unknown, or a value does not fit.</exception>
    public static object ReadMembers(JsonElement element, Type type, IReadOnlyCollection<string>? others = null, bool ignoreUnknown = false)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{type.Name} is {element.ValueKind}, expected an object");
        SavedMembers members = SavedMembers.Of(type);
        Dictionary<PropertyInfo, object?> values = [];
        foreach (JsonProperty member in element.EnumerateObject().Where(m => others?.Contains(m.Name) != true))
        {
            if (members.Find(member.Name) is { } option)
                values[option] = ReadValue(member.Value, option.PropertyType, $"{type.Name}.{option.Name}");
            else if (!ignoreUnknown && !members.IsComputed(member.Name))
                throw new InvalidDataException($"{type.Name} has no option '{member.Name}'; it has {string.Join(", ", members.Options.Select(o => o.Name))}");
        }
        return members.Make(values);
    }

    private static void WriteObject(Utf8JsonWriter writer, object value)
    {
        if (SavedFormAttribute.Of(value.GetType()) is { } form)
        {
            form.Write(writer, value);
            return;
        }
        if (!IsOptions(value.GetType()))
            throw new NotSupportedException();
        writer.WriteStartObject();
        WriteMembers(writer, value);
        writer.WriteEndObject();
    }

    private static object? ReadValue(JsonElement element, Type type, string where)
    {
        if (element.ValueKind == JsonValueKind.Null)
            return !type.IsValueType || Nullable.GetUnderlyingType(type) is not null ? null : throw Unfit("null", type, where);
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (SavedFormAttribute.Of(type) is { } form)
            return Read(form, element, where);
        object? value = element.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False when type == typeof(bool) => element.GetBoolean(),
            JsonValueKind.String when type == typeof(string) => element.GetString(),
            JsonValueKind.String when type.IsEnum => SavedMembers.Member(type, element.GetString()!),
            JsonValueKind.String or JsonValueKind.Number => Number(element, type),
            JsonValueKind.Array when ItemOf(type) is { } item => List(element, item, where),
            JsonValueKind.Object when IsOptions(type) => ReadMembers(element, type),
            _ => null,
        };
        return value ?? throw Unfit(element.GetRawText(), type, where);
    }

    private static object Read(SavedForm form, JsonElement element, string where)
    {
        try
        {
            return form.Read(element);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new InvalidDataException($"{where}: {e.Message}", e);
        }
    }

    private static object? Number(JsonElement element, Type type)
    {
        if (element.ValueKind == JsonValueKind.Number)
        {
            if (type == typeof(int))
                return element.TryGetInt32(out int whole) ? whole : null;
            if (type == typeof(long))
                return element.TryGetInt64(out long whole) ? whole : null;
            return type == typeof(double) ? element.GetDouble() : type == typeof(float) ? element.GetSingle() : null;
        }
        double number = element.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => 0 };
        return number == 0 ? null : type == typeof(double) ? number : type == typeof(float) ? (float)number : null;
    }

    private static Array List(JsonElement element, Type item, string where)
    {
        Array list = Array.CreateInstance(item, element.GetArrayLength());
        int i = 0;
        foreach (JsonElement value in element.EnumerateArray())
            list.SetValue(ReadValue(value, item, $"{where}[{i}]"), i++);
        return list;
    }

    /// <summary>The type of the items, if an array can stand for the list type.</summary>
    private static Type? ItemOf(Type type)
    {
        Type? item = type.IsArray ? type.GetElementType() : type.IsInterface && type.IsGenericType ? type.GetGenericArguments()[0] : null;
        return item is not null && item.MakeArrayType().IsAssignableTo(type) ? item : null;
    }

    private static bool IsOptions(Type type) => type is { IsPrimitive: false, IsAbstract: false, IsInterface: false } && !type.IsAssignableTo(typeof(IEnumerable))
        && !type.IsAssignableTo(typeof(Delegate)) && !type.IsAssignableTo(typeof(ITuple)) && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true;

    private static InvalidDataException Unfit(string value, Type type, string where) =>
        new($"{where} is {(value.Length > 60 ? value[..60] : value)}, expected {(type.IsEnum ? string.Join(", ", Enum.GetNames(type)) : type.Name)}");
}
