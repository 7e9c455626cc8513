namespace BioLearn.Kernels.Tests.Simd;

/// <summary>
/// Put on a test class: its facts and theories run once more at every narrower vector width, in one child process a width
/// (<see cref="WidthTests"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EveryWidthAttribute : Attribute;
