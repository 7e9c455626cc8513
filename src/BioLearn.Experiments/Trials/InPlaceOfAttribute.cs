namespace BioLearn.Experiments;

/// <summary>
/// A setting that others have no meaning beside, such as layers one by one in the place of their number and width: a grid file that gives both is refused,
/// since a sweep over the one without effect would look like a result.
/// </summary>
/// <param name="properties">Names of the properties whose place it takes.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InPlaceOfAttribute(params string[] properties) : Attribute
{
    /// <summary>Names of the properties whose place it takes.</summary>
    public IReadOnlyList<string> Properties { get; } = properties;
}
