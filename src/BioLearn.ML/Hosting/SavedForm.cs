using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;

namespace BioLearn.ML.Hosting;

/// <summary>How a type is saved whose properties do not make it: one with named values, say.</summary>
internal abstract class SavedForm
{
    public abstract void Write(Utf8JsonWriter writer, object value);

    /// <exception cref="InvalidDataException">There is no such value.</exception>
    public abstract object Read(JsonElement element);
}

/// <summary>Names the <see cref="SavedForm"/> of a type.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class SavedFormAttribute([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type form) : Attribute
{
    public static SavedForm? Of(Type type) => type.GetCustomAttribute<SavedFormAttribute>()?.Form;

    private SavedForm Form { get; } = (SavedForm)Activator.CreateInstance(form)!;
}
