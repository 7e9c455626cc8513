using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Naming;

/// <summary>One picture with its name: what the lesson consists of.</summary>
/// <param name="Name">What the person called it.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Features">What the network sees of it.</param>
public sealed record Example(string Name, ShownPicture Picture, float[] Features);

/// <summary>What became of the other cells while one was taught.</summary>
/// <param name="Name">The taught name.</param>
/// <param name="Cells">Number of the other cells.</param>
/// <param name="Connections">Connections that were compared, before and after.</param>
/// <param name="Changed">How many of them differ in a bit.</param>
internal sealed record Untouched(string Name, int Cells, long Connections, long Changed);
